package dev.assay.grad;

import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The gradient rules of all operators. An operator has a rule, or explicitly none, or is unknown here; for an unknown
 * one differentiation is refused.
 */
public final class GradientRules {
    /** Operators whose outputs are integers, conditions or steps: gradients stop there by definition. */
    private static final Set<String> NOT_DIFFERENTIABLE = Set.of(
            "And",
            "ArgMax",
            "ArgMin",
            "Bernoulli",
            "BitShift",
            "BitwiseAnd",
            "BitwiseNot",
            "BitwiseOr",
            "BitwiseXor",
            "Ceil",
            "Constant",
            "ConstantOfShape",
            "Equal",
            "EyeLike",
            "Floor",
            "Greater",
            "GreaterOrEqual",
            "Hardmax",
            "IsInf",
            "IsNaN",
            "Less",
            "LessOrEqual",
            "Multinomial",
            "NonMaxSuppression",
            "NonZero",
            "Not",
            "OneHot",
            "Or",
            "RandomNormal",
            "RandomNormalLike",
            "RandomUniform",
            "RandomUniformLike",
            "Range",
            "Round",
            "Shape",
            "Size",
            "Xor");

    private static final Pattern QUANTIZING =
            Pattern.compile("(Dynamic)?Quantize.*|QLinear.*|QGemm|.*Integer|MatMulIntegerToFloat|MatMulNBits");

    private static final Set<Long> INTEGERS = Stream.of(
                    DataType.INT8,
                    DataType.INT16,
                    DataType.INT32,
                    DataType.INT64,
                    DataType.UINT8,
                    DataType.UINT16,
                    DataType.UINT32,
                    DataType.UINT64)
            .map(type -> (long) type.code())
            .collect(Collectors.toUnmodifiableSet());

    private static final Map<String, Rule> RULES = merged(List.of(
            ArithmeticGradients.RULES,
            ActivationGradients.RULES,
            GeluGradients.RULES,
            ProductGradients.RULES,
            EinsumGradients.RULES,
            PoolGradients.RULES,
            NormalizationGradients.RULES,
            QuantizedGradients.RULES,
            ReduceGradients.RULES,
            ShapeGradients.RULES,
            CutGradients.RULES,
            IndexGradients.RULES));

    private GradientRules() {}

    private static Map<String, Rule> merged(List<Map<String, Rule>> families) {
        Map<String, Rule> rules = new HashMap<>();
        for (Map<String, Rule> family : families) {
            family.forEach((op, rule) -> {
                if (rules.put(op, rule) != null || NOT_DIFFERENTIABLE.contains(op)) {
                    throw new IllegalStateException("two entries for " + op);
                }
            });
        }
        return Map.copyOf(rules);
    }

    /** The rule for a node's operator. */
    static Optional<Rule> of(Node node) {
        return Optional.ofNullable(RULES.get(node.qualifiedOp()));
    }

    /** Whether gradients stop at a node's operator by definition. */
    static boolean isNotDifferentiable(Node node) {
        return NOT_DIFFERENTIABLE.contains(node.qualifiedOp());
    }

    /** Whether a node computes with rounded numbers, so that its gradient is not the derivative of what it computes. */
    public static boolean isStraightThrough(Node node) {
        return QUANTIZING.matcher(node.op()).matches()
                || node.is("Sign")
                || (node.is("Cast") && INTEGERS.contains(node.intAttribute("to", 0)));
    }

    /** The operators that have a rule, sorted. */
    public static Set<String> operators() {
        return new TreeSet<>(RULES.keySet());
    }

    /** The operators that gradients explicitly stop at, sorted. */
    public static Set<String> operatorsWithout() {
        return new TreeSet<>(NOT_DIFFERENTIABLE);
    }
}
