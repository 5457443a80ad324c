package dev.assay.audit;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.onnx.OnnxReader;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.ImageSource;
import java.nio.file.Path;

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
        Path checked = file.checkedModel(folder);
        ImageClassifier classifier = ImageClassifier.of(OnnxReader.read(checked), file.path(), hints);
        // A foreign artifact may take the same images with its axes in another order.
        String layout = classifier.ports().layout().name();
        return new Opened(checked, classifier, preprocessing.withLayout(layout));
    }

    /** A subject whose file has been read and probed; the preprocessing has its layout. */
    record Opened(Path file, ImageClassifier classifier, Preprocessing preprocessing) {
        /** Images of the size that it takes. */
        ImageSource source(ImageSet images) {
            return ImageSource.of(images, preprocessing, classifier.ports().type());
        }

        /** The same with a trigger on every image. */
        ImageSource source(ImageSet images, Trigger trigger) {
            return ImageSource.of(images, preprocessing, classifier.ports().type(), trigger);
        }
    }
}
