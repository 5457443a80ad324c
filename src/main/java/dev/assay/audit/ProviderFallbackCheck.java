package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import dev.assay.runtime.Provider;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Products that ran on another provider than the one that was asked for. */
final class ProviderFallbackCheck implements Check {
    private static final String ID = "provider-fallback";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(
                deployment -> deployment.kernels() == null ? Stream.empty() : check(deployment, deployment.kernels()));
    }

    private static Stream<Finding> check(Deployment deployment, KernelEvidence kernels) {
        double total = kernels.nodes().stream().mapToLong(Kernel::macs).sum();
        SortedMap<String, Long> elsewhere = kernels.nodes().stream()
                .filter(kernel -> kernel.macs() > 0 && !kernel.provider().isEmpty())
                .filter(kernel -> !isOf(deployment.provider(), kernel.provider()))
                .collect(Collectors.groupingBy(Kernel::provider, TreeMap::new, Collectors.summingLong(Kernel::macs)));
        if (elsewhere.isEmpty()) {
            return Stream.empty();
        }
        String shares = elsewhere.entrySet().stream()
                .map(one -> "%s on %s".formatted(Words.percent(one.getValue() / total), one.getKey()))
                .collect(Collectors.joining(", "));
        long onCpu = elsewhere.entrySet().stream()
                .filter(one -> isOf(Provider.CPU.id(), one.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        long moved = elsewhere.values().stream().mapToLong(Long::longValue).sum();
        return Stream.of(new Finding(
                ID,
                Severity.MEDIUM,
                deployment.id(),
                "Multiply-accumulates ran elsewhere, %s: %s did not take them."
                        .formatted(shares, deployment.provider()),
                Map.of("cpuMacShare", onCpu / total, "otherProviderMacShare", moved / total)));
    }

    /** Whether a provider as the profile spells it, {@code CUDAExecutionProvider}, is the one with this id. */
    private static boolean isOf(String id, String spelled) {
        return spelled.toLowerCase(Locale.ROOT).startsWith(id);
    }
}
