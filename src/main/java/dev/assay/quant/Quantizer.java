package dev.assay.quant;

import dev.assay.UnsupportedOpException;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import java.util.List;

/** Makes artifacts. */
public final class Quantizer {
    private Quantizer() {}

    /**
     * Makes the artifact of a scheme. {@link Scheme#FP32} gives the model back unchanged.
     *
     * @param classifier a float model
     * @param calibration images for the schemes that need calibration; others ignore it
     * @throws UnsupportedOpException if the scheme cannot be applied to this model, saying why
     */
    public static Artifact quantize(
            ImageClassifier classifier, Scheme scheme, QuantConfig config, ImageSource calibration) {
        if (scheme == Scheme.FP32) {
            return new Artifact(classifier.model(), List.of());
        }
        throw new UnsupportedOpException(scheme.id() + " is not there yet for " + config + calibration.size());
    }
}
