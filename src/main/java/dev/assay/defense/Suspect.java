package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A deployment under suspicion and what is known of it.
 *
 * @param artifact its file
 * @param model the artifact as a probe observed it
 * @param spec how it is run
 * @param preprocessing how pixels become its input
 * @param clean labelled images known to be clean, of the model's size
 * @param training training images, possibly poisoned, of the model's size; null when not given
 * @param trigger a known trigger, of the model's size; null when none is known
 * @param seed of everything random
 */
public record Suspect(
        Path artifact,
        ImageClassifier model,
        SessionSpec spec,
        Preprocessing preprocessing,
        ImageSet clean,
        @Nullable ImageSet training,
        @Nullable Trigger trigger,
        long seed) {
    /** Loads the deployment; the caller closes it. */
    Classifier open() {
        return Classifier.open(artifact, model, spec);
    }

    /** Images as the model takes them. */
    ImageSource source(ImageSet images) {
        return ImageSource.of(images, preprocessing, model.ports().type());
    }
}
