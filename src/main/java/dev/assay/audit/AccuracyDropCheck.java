package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Fidelity;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A deployment that lost more accuracy than its reference can spare, and more than chance explains. */
final class AccuracyDropCheck implements Check {
    private static final String ID = "accuracy-drop";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.eachCompared(AccuracyDropCheck::check);
    }

    private static Stream<Finding> check(Deployment deployment, Fidelity fidelity) {
        double kept = fidelity.accuracy() / fidelity.referenceAccuracy();
        double noise = Thresholds.noise(fidelity.flipCount(), fidelity.images());
        if (!(kept < Thresholds.ACCURACY_KEPT) || -fidelity.accuracyDrift() <= noise) {
            return Stream.empty();
        }
        return Stream.of(new Finding(
                ID,
                kept < Thresholds.ACCURACY_LOST ? Severity.HIGH : Severity.MEDIUM,
                deployment.id(),
                "Accuracy is %s, %s below the reference. Try another calibrator or scheme, or leave the layers of lowest"
                                .formatted(Words.percent(fidelity.accuracy()), Words.points(fidelity.accuracyDrift()))
                        + " signal-to-noise ratio in float.",
                Map.of(
                        "accuracy",
                        fidelity.accuracy(),
                        "referenceAccuracy",
                        fidelity.referenceAccuracy(),
                        "noise",
                        noise)));
    }
}
