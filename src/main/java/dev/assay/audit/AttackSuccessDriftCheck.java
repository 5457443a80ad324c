package dev.assay.audit;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A known trigger that works on a deployment much better, or much worse, than on the reference. */
final class AttackSuccessDriftCheck implements Check {
    private static final String ID = "attack-success-drift";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.eachCompared((deployment, fidelity) -> {
            Double success = fidelity.attackSuccessRate();
            Double reference = fidelity.referenceAttackSuccessRate();
            if (success == null || reference == null || !(Math.abs(success - reference) >= Thresholds.ATTACK_DRIFT)) {
                return Stream.empty();
            }
            boolean woken = success > reference;
            return Stream.of(new Finding(
                    ID,
                    woken ? Severity.HIGH : Severity.MEDIUM,
                    deployment.id(),
                    "The known trigger succeeds on %s of the images here and on %s with the reference: this deployment %s."
                            .formatted(
                                    Words.percent(success),
                                    Words.percent(reference),
                                    woken ? "wakes the backdoor" : "weakens the backdoor, which is still in the model"),
                    Map.of("attackSuccessRate", success, "referenceAttackSuccessRate", reference)));
        });
    }
}
