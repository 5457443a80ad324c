package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import dev.assay.runtime.Provider;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Products that ran on the CPU though another provider was asked for. */
final class ProviderFallbackCheck implements Check {
    private static final String ID = "provider-fallback";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(deployment ->
                deployment.kernels() == null || deployment.provider().equals(Provider.CPU.id())
                        ? Stream.empty()
                        : check(deployment, deployment.kernels()));
    }

    private static Stream<Finding> check(Deployment deployment, KernelEvidence kernels) {
        long total = kernels.nodes().stream().mapToLong(Kernel::macs).sum();
        long onCpu = kernels.nodes().stream()
                .filter(kernel -> kernel.provider().toLowerCase(Locale.ROOT).startsWith(Provider.CPU.id()))
                .mapToLong(Kernel::macs)
                .sum();
        double share = (double) onCpu / total;
        return onCpu == 0
                ? Stream.empty()
                : Stream.of(new Finding(
                        ID,
                        Severity.MEDIUM,
                        deployment.id(),
                        "%s of the multiply-accumulates ran on the CPU: %s has no kernels for them."
                                .formatted(Words.percent(share), deployment.provider()),
                        Map.of("cpuMacShare", share)));
    }
}
