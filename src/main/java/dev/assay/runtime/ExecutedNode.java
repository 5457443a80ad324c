package dev.assay.runtime;

import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node of the optimized graph and what the profile says of it.
 *
 * @param name the runtime's name for it
 * @param op the operator that ran
 * @param provider where it ran, as the profile spells it
 * @param micros mean duration of a run, in microseconds
 * @param inputTypes element types of the inputs that the profile lists; prepacked weights are missing from it
 * @param node the node in the optimized graph; null when that could not be had
 */
record ExecutedNode(
        String name,
        String op,
        String provider,
        double micros,
        List<DataType> inputTypes,
        @Nullable Node node) {
    private static final Set<String> MAC_KERNELS = Set.of(
            "Conv",
            "FusedConv",
            "NhwcFusedConv",
            "ConvTranspose",
            "ConvInteger",
            "QLinearConv",
            "QLinearConvTranspose",
            "Gemm",
            "FusedGemm",
            "QGemm",
            "MatMul",
            "FusedMatMul",
            "TransposeMatMul",
            "MatMulInteger",
            "MatMulIntegerToFloat",
            "MatMulInteger16",
            "DynamicQuantizeMatMul",
            "QLinearMatMul",
            "MatMulNBits",
            "Attention",
            "QAttention",
            "Einsum",
            "LSTM",
            "GRU",
            "RNN");

    /** ONNX Runtime's level for quantizing the activations of a 4-bit MatMul to 8 bits. */
    private static final long EIGHT_BIT_ACTIVATIONS = 4;

    Optional<Node> optimizedNode() {
        return Optional.ofNullable(node);
    }

    /** Whether this operator multiplies and accumulates: only such a kernel can have run a convolution or product. */
    boolean isMacKernel() {
        return MAC_KERNELS.contains(op);
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
