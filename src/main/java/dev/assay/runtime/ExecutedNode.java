package dev.assay.runtime;

import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node of the optimized graph and what the profile says of it.
 *
 * @param name the runtime's name for it
 * @param op the operator that ran
 * @param provider where it ran, as the profile spells it
 * @param calls how often it was called in a run; once, unless it lies in a loop
 * @param micros mean duration of a run, in microseconds
 * @param inputTypes element types of the inputs that the profile lists; prepacked weights are missing from it
 * @param node the node in the optimized graph; null when that could not be had
 * @param inSubgraph whether that lies in a graph inside the main graph
 * @param shapes dimensions of what it reads and writes, by name in the optimized graph; empty when they could not be told
 */
record ExecutedNode(
        String name,
        String op,
        String provider,
        double calls,
        double micros,
        List<DataType> inputTypes,
        @Nullable Node node,
        boolean inSubgraph,
        Map<String, List<Long>> shapes) {
    /** ONNX Runtime's level for quantizing the activations of a 4-bit MatMul to 8 bits. */
    private static final long EIGHT_BIT_ACTIVATIONS = 4;

    Optional<Node> optimizedNode() {
        return Optional.ofNullable(node);
    }

    /** Whether this operator multiplies and accumulates: only such a kernel can have run a convolution or product. */
    boolean isMacKernel() {
        return Macs.isKernel(op);
    }

    /** Whether the kernel reads 4-bit weights. */
    boolean isFourBit() {
        return op.equals("MatMulNBits");
    }

    /** Whether the kernel computes on integers. */
    boolean isInteger() {
        if (isFourBit()) {
            return optimizedNode().map(n -> n.intAttribute("accuracy_level", 0)).orElse(0L) == EIGHT_BIT_ACTIVATIONS;
        }
        if (op.startsWith("QLinear") || op.equals("DynamicQuantizeMatMul")) {
            return true;
        }
        return !inputTypes.isEmpty()
                && (inputTypes.get(0) == DataType.UINT8 || inputTypes.get(0) == DataType.INT8)
                && !op.equals("DequantizeLinear");
    }
}
