package dev.assay.fidelity;

import dev.assay.fidelity.Fidelity.Layer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a deployment parts from the reference. Layers without any noise are still together and take no part.
 *
 * @param largestDrop the layer that loses most against the noisy layer executed before it; of equal ones the first
 * @param dropDb what it loses, in dB; not positive where no layer loses anything
 * @param firstBelow the first layer below {@link #LOW_DB}; null when there is none
 */
public record Parting(
        Layer largestDrop, double dropDb, @Nullable Layer firstBelow) {
    /** Here noise has a tenth of the signal's amplitude. */
    public static final double LOW_DB = 20;

    /** Looks through layers in the order of execution; empty with fewer than two noisy ones. */
    public static Optional<Parting> of(List<Layer> layers) {
        List<Layer> noisy =
                layers.stream().filter(layer -> layer.sqnrDb() < Sqnr.CAP_DB).toList();
        if (noisy.size() < 2) {
            return Optional.empty();
        }
        int largest = 1;
        for (int i = 2; i < noisy.size(); i++) {
            largest = drop(noisy, i) > drop(noisy, largest) ? i : largest;
        }
        Layer firstBelow = noisy.stream()
                .filter(layer -> layer.sqnrDb() < LOW_DB)
                .findFirst()
                .orElse(null);
        return Optional.of(new Parting(noisy.get(largest), drop(noisy, largest), firstBelow));
    }

    private static double drop(List<Layer> layers, int i) {
        return layers.get(i - 1).sqnrDb() - layers.get(i).sqnrDb();
    }
}
