package dev.assay.defense;

import java.util.List;

/**
 * What STRIP measured.
 *
 * @param overlays overlays blended onto each input
 * @param cleanMean mean entropy of clean held-out inputs, in nats
 * @param cleanStandardDeviation its standard deviation, in nats
 * @param entropyThreshold inputs below this entropy count as triggered, in nats
 * @param cleanEntropies entropy of each clean input, in nats
 * @param suspectEntropies entropy of each judged input, in nats
 * @param suspects what was judged, in words
 * @param falseRejectionRate the share of clean inputs that the threshold is set to reject
 * @param falseAcceptanceRate share of judged inputs above the threshold
 */
public record StripEvidence(
        int overlays,
        double cleanMean,
        double cleanStandardDeviation,
        double entropyThreshold,
        List<Double> cleanEntropies,
        List<Double> suspectEntropies,
        String suspects,
        double falseRejectionRate,
        double falseAcceptanceRate)
        implements Evidence {
    public StripEvidence {
        cleanEntropies = List.copyOf(cleanEntropies);
        suspectEntropies = List.copyOf(suspectEntropies);
    }
}
