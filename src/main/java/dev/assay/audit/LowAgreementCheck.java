package dev.assay.audit;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A deployment that often answers something else than the reference, whether or not its accuracy shows it. */
final class LowAgreementCheck implements Check {
    private static final String ID = "low-agreement";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.eachCompared((deployment, fidelity) -> fidelity.top1Agreement() < Thresholds.AGREEMENT
                ? Stream.of(new Finding(
                        ID,
                        Severity.MEDIUM,
                        deployment.id(),
                        "%s of the answers differ from the reference's: tests of the float model say little about this one."
                                .formatted(Words.percent(1 - fidelity.top1Agreement())),
                        Map.of("top1Agreement", fidelity.top1Agreement())))
                : Stream.empty());
    }
}
