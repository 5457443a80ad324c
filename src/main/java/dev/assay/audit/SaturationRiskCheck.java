package dev.assay.audit;

import dev.assay.fidelity.Saturation;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Integer layers that could answer differently on a CPU whose kernels saturate. */
final class SaturationRiskCheck implements Check {
    private static final String ID = "saturation-risk";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(deployment -> {
            Saturation saturation = deployment.saturation();
            return saturation == null || saturation.layersAtRisk() == 0
                    ? Stream.empty()
                    : Stream.of(new Finding(
                            ID,
                            Severity.LOW,
                            deployment.id(),
                            ("%d of %d integer layers can exceed 16 bits on x86 CPUs without VNNI, worst %s: this artifact"
                                            + " can answer differently there. Measure it on the CPU that it ships to.")
                                    .formatted(saturation.layersAtRisk(), saturation.layers(), saturation.worstNode()),
                            Map.of(
                                    "layers",
                                    (double) saturation.layers(),
                                    "layersAtRisk",
                                    (double) saturation.layersAtRisk(),
                                    "worstBound",
                                    saturation.worstBound())));
        });
    }
}
