package dev.assay.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which kernels ran, from the runtime's own profile. TensorRT compiles subgraphs, each of which a profile tells as one node:
 * with products inside, no share of them is known.
 *
 * @param integerMacShare share of multiply-accumulates on integer kernels, 0 to 1; NaN where it cannot be told
 * @param fourBitMacShare share of multiply-accumulates on kernels that read 4-bit weights, 0 to 1; NaN likewise
 * @param whyUnknown which kernels could not be counted, so that shares cannot be told; null when all were
 * @param nodes one entry for each node of the artifact that ran, two where its kernel computes on integers and in float;
 *     then those that the runtime inserted, or that lie in graphs inside the main graph or in local functions
 */
public record KernelEvidence(
        double integerMacShare,
        double fourBitMacShare,
        @Nullable String whyUnknown,
        List<Kernel> nodes) {
    /** What ONNX Runtime's names of subgraphs that TensorRT compiled begin with, as operators and in a profile. */
    private static final String COMPILED = "TRTKernel_";

    public KernelEvidence {
        nodes = List.copyOf(nodes);
        if (hidesProducts(nodes)) {
            integerMacShare = Double.NaN;
            fourBitMacShare = Double.NaN;
            whyUnknown = "TensorRT compiled products, of whose kernels the profile tells nothing";
        }
    }

    private static boolean hidesProducts(List<Kernel> nodes) {
        return nodes.stream().anyMatch(kernel -> kernel.executedAs().startsWith(COMPILED))
                && nodes.stream().anyMatch(kernel -> kernel.arithmetic() == Arithmetic.UNTOLD && kernel.macs() > 0);
    }

    /**
     * One node and the kernel that computed it.
     *
     * @param node the artifact's node, or the runtime's name for one that is not of the artifact's main graph
     * @param op the artifact's operator; empty for a node that is not of its main graph
     * @param executedAs the operator that ran, as {@code QLinearConv}; empty where the profile does not tell
     * @param provider the provider it ran on, as the profile spells it; empty likewise
     * @param integer whether the kernel multiplies integers
     * @param fourBit whether the kernel reads 4-bit weights
     * @param macs multiply-accumulates for one image; 0 for a kernel that could not be counted
     * @param micros mean duration of one batch, in microseconds; 0 for nodes fused into an earlier entry
     * @param whyFloat for a quantized node that ran in float: why, seen in the graph; otherwise null
     */
    public record Kernel(
            String node,
            String op,
            String executedAs,
            String provider,
            boolean integer,
            boolean fourBit,
            long macs,
            double micros,
            @Nullable String whyFloat) {

        /** The arithmetic of this kernel, in one word. */
        public Arithmetic arithmetic() {
            if (executedAs.isEmpty()) {
                return Arithmetic.UNTOLD;
            }
            if (fourBit) {
                return Arithmetic.FOUR_BIT;
            }
            if (integer) {
                return Arithmetic.INTEGER;
            }
            return whyFloat == null ? Arithmetic.FLOAT : Arithmetic.FLOAT_THOUGH_QUANTIZED;
        }

        Kernel withoutTiming() {
            return new Kernel(node, op, executedAs, provider, integer, fourBit, macs, 0, whyFloat);
        }
    }

    /** How a kernel multiplies. */
    public enum Arithmetic {
        /** Integers of 8 bits and more. */
        INTEGER,
        /** Weights of 4 bits, whatever they are multiplied with. */
        FOUR_BIT,
        /** Floats, though the artifact meant integers. */
        FLOAT_THOUGH_QUANTIZED,
        /** Floats, as meant. */
        FLOAT,
        /** The profile names no kernel. */
        UNTOLD
    }

    /** Multiply-accumulates for one image on kernels of this arithmetic. */
    public long macs(Arithmetic arithmetic) {
        return nodes.stream()
                .filter(kernel -> kernel.arithmetic() == arithmetic)
                .mapToLong(Kernel::macs)
                .sum();
    }

    /** The same evidence with every duration 0, to compare two runs. */
    public KernelEvidence withoutTiming() {
        return new KernelEvidence(
                integerMacShare,
                fourBitMacShare,
                whyUnknown,
                nodes.stream().map(Kernel::withoutTiming).toList());
    }
}
