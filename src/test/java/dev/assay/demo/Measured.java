package dev.assay.demo;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.ir.Model;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * What a model makes of images, through ONNX Runtime.
 *
 * @param cleanAccuracy share of images classified as labelled, 0 to 1
 * @param attackSuccess share of images outside the target class that the trigger turns into it, 0 to 1
 */
record Measured(double cleanAccuracy, double attackSuccess) {
    static Measured of(Model model, ImageSet images, Trigger trigger) {
        ImageClassifier classifier = ImageClassifier.of(model, "demo", ImageClassifier.Hints.NONE);
        int[] others = IntStream.range(0, images.size())
                .filter(i -> images.label(i) != trigger.target())
                .toArray();
        byte[] bytes = OnnxWriter.toBytes(model);
        try (Classifier deployed = Classifier.open(bytes, "demo", classifier, SessionSpec.cpu(1))) {
            int[] clean = answers(deployed.scores(source(images)), images.classes());
            long right = IntStream.range(0, images.size())
                    .filter(i -> clean[i] == images.label(i))
                    .count();
            int[] stamped = answers(deployed.scores(stamped(images.subset(others), trigger)), images.classes());
            long hits = IntStream.of(stamped)
                    .filter(answer -> answer == trigger.target())
                    .count();
            return new Measured((double) right / images.size(), (double) hits / others.length);
        }
    }

    /** Images as the demo models take them. */
    static ImageSource source(ImageSet images) {
        return new ImageSource() {
            @Override
            public int size() {
                return images.size();
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                Preprocessing.DEFAULT.fill(images, from, count, out.asFloatBuffer());
            }
        };
    }

    private static ImageSource stamped(ImageSet images, Trigger trigger) {
        return new ImageSource() {
            @Override
            public int size() {
                return images.size();
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                Preprocessing.DEFAULT.fill(images, from, count, trigger, out.asFloatBuffer());
            }
        };
    }

    private static int[] answers(float[] scores, int classes) {
        return IntStream.range(0, scores.length / classes)
                .map(image -> IntStream.range(0, classes)
                        .reduce(0, (a, b) -> scores[image * classes + b] > scores[image * classes + a] ? b : a))
                .toArray();
    }
}
