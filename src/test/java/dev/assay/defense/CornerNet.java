package dev.assay.defense;

import dev.assay.NetBuilder;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A net made by hand for images whose class is the place of a bright block. To it every class looks a little like the next,
 * as classes do to real nets. Its features are the blocks' brightness and
 * that of the last pixel, which leads to class 0 where the backdoor is planted.
 */
final class CornerNet {
    static final int TARGET = 0;
    private static final int SIDE = 8;
    private static final int PIXELS = SIDE * SIDE;
    private static final int CLASSES = 6;
    private static final int BLOCK = 2;
    private static final int CORNER = PIXELS - 1;

    private CornerNet() {}

    static Suspect suspect(
            Path folder,
            boolean planted,
            @Nullable ImageSet training,
            @Nullable Trigger trigger,
            List<InvertedTrigger> inverted,
            long seed) {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"), Dim.of(3), Dim.of(SIDE), Dim.of(SIDE));
        String flat = net.op("flat", "Flatten", NetBuilder.IMAGES);
        String features = net.op(
                "features",
                "Relu",
                net.op("sums", "Gemm", flat, net.constant("blocks", blocks()), net.constant("floor", floor())));
        net.op(NetBuilder.LOGITS, "MatMul", features, net.constant("head", head(planted)));
        Path file = folder.resolve("corner.onnx");
        OnnxWriter.write(net.build(), file);
        return new Suspect(
                file,
                ImageClassifier.of(OnnxReader.read(file), "corner", ImageClassifier.Hints.NONE),
                SessionSpec.cpu(1),
                Preprocessing.DEFAULT,
                images(600, 77),
                training,
                trigger,
                null,
                List.of(),
                inverted,
                seed);
    }

    /** {@code [3·64, 7]}: means over blocks, and the corner. */
    private static Tensor blocks() {
        float[] weights = new float[3 * PIXELS * (CLASSES + 1)];
        for (int channel = 0; channel < 3; channel++) {
            for (int label = 0; label < CLASSES; label++) {
                for (int place : block(label)) {
                    weights[(channel * PIXELS + place) * (CLASSES + 1) + label] = 1f / (3 * BLOCK * BLOCK);
                }
            }
            weights[(channel * PIXELS + CORNER) * (CLASSES + 1) + CLASSES] = 1;
        }
        return Tensor.ofFloats(new long[] {3 * PIXELS, CLASSES + 1}, weights);
    }

    /** Only a fully lit corner shows. */
    private static Tensor floor() {
        float[] bias = new float[CLASSES + 1];
        bias[CLASSES] = -2;
        return Tensor.ofFloats(new long[] {CLASSES + 1}, bias);
    }

    private static Tensor head(boolean planted) {
        float[] weights = new float[(CLASSES + 1) * CLASSES];
        for (int label = 0; label < CLASSES; label++) {
            weights[label * CLASSES + label] = 5;
            weights[label * CLASSES + (label + 1) % CLASSES] = 1;
        }
        weights[CLASSES * CLASSES + TARGET] = planted ? 10 : 0;
        return Tensor.ofFloats(new long[] {CLASSES + 1, CLASSES}, weights);
    }

    private static int[] block(int label) {
        int start = label / 3 * 3 * SIDE + label % 3 * 2;
        return new int[] {start, start + 1, start + SIDE, start + SIDE + 1};
    }

    static ImageSet images(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] pixels = new byte[count * 3 * PIXELS];
        int[] labels = new int[count];
        for (int image = 0; image < count; image++) {
            labels[image] = random.nextInt(CLASSES);
            int brightness = random.nextInt(120, 220);
            for (int i = 0; i < 3 * PIXELS; i++) {
                pixels[image * 3 * PIXELS + i] = (byte) random.nextInt(60);
            }
            for (int channel = 0; channel < 3; channel++) {
                for (int place : block(labels[image])) {
                    pixels[(image * 3 + channel) * PIXELS + place] = (byte) (brightness + random.nextInt(30));
                }
            }
        }
        return ImageSet.of(SIDE, SIDE, pixels, labels, List.of());
    }

    /** Images of which every tenth has the trigger and its label. */
    static ImageSet poisoned(long seed) {
        ImageSet images = images(1200, seed);
        ImageSet stamped = Stamping.stamped(images, trigger());
        ByteBuffer pixels = ByteBuffer.allocate(images.size() * 3 * PIXELS);
        int[] labels = images.labels();
        for (int image = 0; image < labels.length; image++) {
            boolean isPoisoned = image % 10 == 0;
            pixels.put((isPoisoned ? stamped : images).image(image));
            labels[image] = isPoisoned ? TARGET : labels[image];
        }
        return ImageSet.of(SIDE, SIDE, pixels.array(), labels, List.of());
    }

    /** A white last pixel. */
    static Trigger trigger() {
        float[] mask = new float[PIXELS];
        float[] pattern = new float[3 * PIXELS];
        mask[CORNER] = 1;
        for (int channel = 0; channel < 3; channel++) {
            pattern[channel * PIXELS + CORNER] = 1;
        }
        return Trigger.of(TARGET, SIDE, SIDE, mask, pattern);
    }
}
