package dev.assay.audit;

import dev.assay.runtime.KernelEvidence.Kernel;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** 4-bit MatMuls that are called weight-only and quantize their activations too. */
final class WeightOnlyCheck implements Check {
    private static final String ID = "weight-only-is-not-weight-only";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(deployment -> {
            List<Kernel> both = deployment.kernels() == null
                    ? List.of()
                    : deployment.kernels().nodes().stream()
                            .filter(kernel -> kernel.fourBit() && kernel.integer())
                            .toList();
            return both.isEmpty()
                    ? Stream.empty()
                    : Stream.of(new Finding(
                            ID,
                            Severity.LOW,
                            deployment.id(),
                            ("%d 4-bit MatMuls quantize their activations to 8 bits, ONNX Runtime's default. Set"
                                            + " session.qdq_matmulnbits_accuracy_level to 0 to keep them in float.")
                                    .formatted(both.size()),
                            Map.of("macs", (double)
                                    both.stream().mapToLong(Kernel::macs).sum())));
        });
    }
}
