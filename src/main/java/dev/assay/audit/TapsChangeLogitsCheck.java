package dev.assay.audit;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Layers that were measured in a session whose logits are not the artifact's own (DESIGN.md, law 2). */
final class TapsChangeLogitsCheck implements Check {
    private static final String ID = "taps-change-logits";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.eachCompared((deployment, fidelity) -> fidelity.layers().isEmpty() || fidelity.tapsBitIdentical()
                ? Stream.empty()
                : Stream.of(new Finding(
                        ID,
                        Severity.LOW,
                        deployment.id(),
                        "Reading the layers changed the answers, so the noise by layer is that of other kernels than ship."
                                + " All other figures come from the artifact itself.",
                        Map.of())));
    }
}
