package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Fidelity;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Accuracy far below what the model's own confidence promises, as wrong preprocessing leaves it. */
final class AccuracyBelowConfidenceCheck implements Check {
    private static final String ID = "accuracy-below-confidence";

    @Override
    public List<Finding> run(CheckContext context) {
        // Once for the model: all deployments share its preprocessing.
        return context.eachCompared(AccuracyBelowConfidenceCheck::check).stream()
                .limit(1)
                .toList();
    }

    private static Stream<Finding> check(Deployment deployment, Fidelity fidelity) {
        boolean lostToQuantization = fidelity.accuracy() < Thresholds.ACCURACY_LOST * fidelity.referenceAccuracy();
        if (lostToQuantization
                || fidelity.accuracy() >= Thresholds.ACCURACY_OVER_CONFIDENCE * fidelity.meanConfidence()) {
            return Stream.empty();
        }
        String message =
                ("The model is right on %s of the images and %s sure of its answers. Suspect the preprocessing:"
                                + " check --range, --mean, --std and --order. If they are right, the model is overconfident.")
                        .formatted(Words.percent(fidelity.accuracy()), Words.percent(fidelity.meanConfidence()));
        return Stream.of(new Finding(
                ID,
                Severity.HIGH,
                null,
                message,
                Map.of("accuracy", fidelity.accuracy(), "meanConfidence", fidelity.meanConfidence())));
    }
}
