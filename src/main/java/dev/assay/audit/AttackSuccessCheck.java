package dev.assay.audit;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A known trigger that works. */
final class AttackSuccessCheck implements Check {
    private static final String ID = "attack-success";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.eachCompared((deployment, fidelity) -> {
            Double success = fidelity.attackSuccessRate();
            return success == null || !(success >= Thresholds.ATTACK_WORKS_SOMETIMES)
                    ? Stream.empty()
                    : Stream.of(new Finding(
                            ID,
                            success >= Thresholds.ATTACK_WORKS ? Severity.CRITICAL : Severity.HIGH,
                            deployment.id(),
                            "The known trigger turns %s of the images of other classes into its target. Do not ship this."
                                    .formatted(Words.percent(success)),
                            Map.of("attackSuccessRate", success)));
        });
    }
}
