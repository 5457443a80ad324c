package dev.assay.quant;

import dev.assay.quant.QuantRule.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * What the CPU provider of ONNX Runtime 1.29 has integer kernels for. An operator has a rule, or an explicit reason for
 * having none, or is unknown here, which is reported too.
 */
final class QuantRules {
    private static final IntPredicate FIRST = input -> input == 0;
    private static final IntPredicate FIRST_TWO = input -> input < 2;
    private static final IntPredicate ALL = input -> true;
    private static final IntPredicate BRANCHES = input -> input == 1 || input == 2;

    private static final Map<String, QuantRule> RULES = Map.ofEntries(
            row("Conv", Kind.PRODUCT, FIRST),
            row("Gemm", Kind.PRODUCT, FIRST),
            row("MatMul", Kind.PRODUCT, FIRST_TWO),
            row("Add", Kind.COMPUTES, FIRST_TWO),
            row("Mul", Kind.COMPUTES, FIRST_TWO),
            row("Concat", Kind.COMPUTES, ALL),
            row("Where", Kind.COMPUTES, BRANCHES),
            row("AveragePool", Kind.COMPUTES, FIRST),
            row("GlobalAveragePool", Kind.COMPUTES, FIRST),
            row("Sigmoid", Kind.COMPUTES, FIRST),
            row("Softmax", Kind.COMPUTES, FIRST),
            row("LeakyRelu", Kind.COMPUTES, FIRST),
            row("MaxPool", Kind.MOVES, FIRST),
            row("Reshape", Kind.MOVES, FIRST),
            row("Flatten", Kind.MOVES, FIRST),
            row("Transpose", Kind.MOVES, FIRST),
            row("Squeeze", Kind.MOVES, FIRST),
            row("Unsqueeze", Kind.MOVES, FIRST),
            row("Slice", Kind.MOVES, FIRST),
            row("Split", Kind.MOVES, FIRST),
            row("Gather", Kind.MOVES, FIRST),
            row("GatherElements", Kind.MOVES, FIRST),
            row("Resize", Kind.MOVES, FIRST),
            row("Tile", Kind.MOVES, FIRST),
            row("Expand", Kind.MOVES, FIRST),
            row("DepthToSpace", Kind.MOVES, FIRST),
            row("ReduceMax", Kind.MOVES, FIRST),
            row("ReduceMin", Kind.MOVES, FIRST));

    private static final String FLOAT_ONLY = "the CPU provider has no integer kernel for it";

    private static final Map<String, String> NONE = Map.ofEntries(
            Map.entry("ConvTranspose", FLOAT_ONLY),
            Map.entry("BatchNormalization", FLOAT_ONLY + ", and no convolution before it takes it in"),
            Map.entry("Relu", "it stands alone: what it reads is not quantized, or is read by others too"),
            Map.entry("Clip", "it stands alone: what it reads is not quantized, or is read by others too"),
            Map.entry("Sum", "it becomes Add first"),
            Map.entry("Sub", FLOAT_ONLY),
            Map.entry("Div", FLOAT_ONLY),
            Map.entry("Tanh", FLOAT_ONLY),
            Map.entry("HardSigmoid", FLOAT_ONLY),
            Map.entry("HardSwish", FLOAT_ONLY),
            Map.entry("Elu", FLOAT_ONLY),
            Map.entry("PRelu", FLOAT_ONLY),
            Map.entry("Gelu", FLOAT_ONLY),
            Map.entry("Erf", FLOAT_ONLY),
            Map.entry("Exp", FLOAT_ONLY),
            Map.entry("Sqrt", FLOAT_ONLY),
            Map.entry("Pow", FLOAT_ONLY),
            Map.entry("Sign", FLOAT_ONLY),
            Map.entry("LRN", FLOAT_ONLY),
            Map.entry("LayerNormalization", FLOAT_ONLY),
            Map.entry("InstanceNormalization", FLOAT_ONLY),
            Map.entry("LogSoftmax", FLOAT_ONLY),
            Map.entry("ReduceMean", FLOAT_ONLY),
            Map.entry("ReduceSum", FLOAT_ONLY),
            Map.entry("GlobalMaxPool", FLOAT_ONLY),
            Map.entry("Pad", "ONNX Runtime does not run it between QuantizeLinear and DequantizeLinear on integers"),
            Map.entry(
                    "SpaceToDepth",
                    "ONNX Runtime does not run it between QuantizeLinear and DequantizeLinear on integers"));

    private QuantRules() {}

    private static Map.Entry<String, QuantRule> row(String op, Kind kind, IntPredicate isActivation) {
        return Map.entry(op, new QuantRule(kind, isActivation));
    }

    /** The operators that have a rule. */
    static Set<String> operators() {
        return RULES.keySet();
    }

    /** The operators that have an explicit reason for having none. */
    static Set<String> operatorsWithout() {
        return NONE.keySet();
    }

    /** The rule for an operator of ONNX's own domain. */
    static Optional<QuantRule> of(String qualifiedOp) {
        return Optional.ofNullable(RULES.get(qualifiedOp));
    }

    /** Why an operator without a rule has none. */
    static String reasonAgainst(String qualifiedOp) {
        return NONE.getOrDefault(qualifiedOp, "no rule for quantizing " + qualifiedOp);
    }
}
