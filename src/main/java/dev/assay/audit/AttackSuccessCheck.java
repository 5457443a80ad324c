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
            Double effect = fidelity.attackEffect();
            return success == null || effect == null || !(effect >= Thresholds.ATTACK_WORKS_SOMETIMES)
                    ? Stream.empty()
                    : Stream.of(new Finding(
                            ID,
                            effect >= Thresholds.ATTACK_WORKS ? Severity.CRITICAL : Severity.HIGH,
                            deployment.id(),
                            "The known trigger leads %s of the images of other classes to its target, where %s go without it. Do not ship this."
                                    .formatted(Words.percent(success), Words.percent(success - effect)),
                            Map.of("attackSuccessRate", success)));
        });
    }
}
