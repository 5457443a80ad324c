package dev.assay.audit;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.onnx.OnnxReader;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.ImageSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model or artifact, and how images go into it.
 *
 * @param file the ONNX file
 * @param hints what is known of its input
 * @param preprocessing how pixels become its input
 */
record Subject(FileRef file, Hints hints, Preprocessing preprocessing) {
    /** Another file that takes the same images. */
    Subject with(FileRef other) {
        return new Subject(other, hints, preprocessing);
    }

    Opened open(Path folder) {
        Path checked = file.checked(folder);
        return new Opened(checked, ImageClassifier.of(OnnxReader.read(checked), file.path(), hints), preprocessing);
    }

    /** A subject whose file has been read and probed. */
    record Opened(Path file, ImageClassifier classifier, Preprocessing preprocessing) {
        ImageSource source(ImageSet images, @Nullable Trigger trigger) {
            ImageSet fitting = images.resized(
                    classifier.ports().height(), classifier.ports().width());
            return trigger == null
                    ? ImageSource.of(
                            fitting, fittingPreprocessing(), classifier.ports().type())
                    : ImageSource.of(
                            fitting, fittingPreprocessing(), classifier.ports().type(), trigger);
        }

        /** A foreign artifact may have the same preprocessing with its axes in another order. */
        private Preprocessing fittingPreprocessing() {
            return preprocessing.withLayout(classifier.ports().layout().name());
        }
    }
}
