package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.quant.Scheme;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A scheme that promises integer arithmetic, and kernels that computed in float, or of which that is not known. */
final class QuantizedButFloatCheck implements Check {
    private static final String ID = "quantized-but-float";
    private static final int REASONS = 3;

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(
                deployment -> deployment.kernels() == null ? Stream.empty() : check(deployment, deployment.kernels()));
    }

    private static Stream<Finding> check(Deployment deployment, KernelEvidence kernels) {
        boolean fourBit = deployment.scheme().equals(Scheme.INT4_KERNEL.id());
        double share = fourBit ? kernels.fourBitMacShare() : kernels.integerMacShare();
        if (!promisesIntegers(deployment.scheme()) || share >= Thresholds.INTEGER_SHARE) {
            return Stream.empty();
        }
        String which = fourBit ? "4-bit" : "integer";
        String message = Double.isNaN(share)
                ? "How much ran on %s kernels is not known: %s.".formatted(which, kernels.whyUnknown())
                : "Only %s of the multiply-accumulates ran on %s kernels: the rest is a simulation in float.%s"
                        .formatted(Words.percent(share), which, reasons(kernels));
        return Stream.of(new Finding(
                ID,
                share < Thresholds.MOSTLY_FLOAT ? Severity.HIGH : Severity.MEDIUM,
                deployment.id(),
                message,
                Map.of("integerMacShare", kernels.integerMacShare(), "fourBitMacShare", kernels.fourBitMacShare())));
    }

    private static boolean promisesIntegers(String scheme) {
        return scheme.startsWith("int8-") || scheme.equals(Scheme.INT4_KERNEL.id()) || scheme.equals(Recipe.AS_IS);
    }

    /** The reasons that cost most, with the multiply-accumulates each costs. */
    private static String reasons(KernelEvidence kernels) {
        Map<String, Long> macs = kernels.nodes().stream()
                .filter(kernel -> kernel.whyFloat() != null && kernel.macs() > 0)
                .collect(Collectors.groupingBy(
                        kernel -> String.valueOf(kernel.whyFloat()), Collectors.summingLong(Kernel::macs)));
        return macs.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(REASONS)
                .map(reason -> " %s (%d multiply-accumulates an image).".formatted(reason.getKey(), reason.getValue()))
                .collect(Collectors.joining());
    }
}
