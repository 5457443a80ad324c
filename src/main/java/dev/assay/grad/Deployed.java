package dev.assay.grad;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;

/**
 * A deployment whose gradient is wanted, and images to take it on.
 *
 * @param artifact its file
 * @param model the artifact as a probe observed it
 * @param spec how it is run
 * @param preprocessing how pixels become its input
 * @param images of the model's size
 */
public record Deployed(
        Path artifact, ImageClassifier model, SessionSpec spec, Preprocessing preprocessing, ImageSet images) {
    /** The artifact's name in error messages. */
    String place() {
        return artifact.toString();
    }
}
