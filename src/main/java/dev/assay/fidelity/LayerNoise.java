package dev.assay.fidelity;

import dev.assay.fidelity.Fidelity.Layer;
import dev.assay.fidelity.LayerMatch.Pair;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The noise of each layer of a deployment against the reference at optimization level none.
 *
 * <p>The artifact's values are read in a session of the same nodes with more outputs. It must execute the same operators
 * as the artifact's own session, moves between layouts aside: taps that change that are left out. And it must give
 * the artifact's scores bit for bit on every image, or nothing is reported.
 *
 * @param layers one entry a matched value, in the reference's order of execution
 * @param tapsBitIdentical whether the layers come from a session that gave the artifact's scores bit for bit
 * @param note how layers were matched, or why there are none
 */
record LayerNoise(List<Layer> layers, boolean tapsBitIdentical, String note) {
    private static final int IMAGES = 64;

    LayerNoise {
        layers = List.copyOf(layers);
    }

    /** Measures on up to 64 images; sessions are closed. */
    static LayerNoise measure(
            ImageClassifier reference, Path file, ImageClassifier artifact, SessionSpec spec, ImageSource images) {
        LayerMatch match = LayerMatch.of(reference, artifact);
        ImageSource some = images.slice(0, Math.min(IMAGES, images.size()));
        NoiseMeasurement measurement = new NoiseMeasurement(reference, file, artifact, spec, some);
        List<Pair> harmless = measurement.harmless(match.pairs());
        String note = match.note();
        if (harmless.size() < match.pairs().size()) {
            note += " Only %d of %d can be read without changing the kernels."
                    .formatted(harmless.size(), match.pairs().size());
        }
        if (harmless.isEmpty()) {
            return new LayerNoise(List.of(), false, note);
        }
        Optional<List<Layer>> layers = measurement.layers(harmless);
        if (layers.isEmpty()) {
            note += " None is shown: reading them changed the artifact's scores.";
        }
        return new LayerNoise(layers.orElse(List.of()), layers.isPresent(), note);
    }
}
