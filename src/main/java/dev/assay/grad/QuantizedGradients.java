package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Moves;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Straight-through gradients (Bengio et al. 2013, arXiv 1308.3432) of operators that quantize or compute on integers:
 * rounding counts as the identity, and gradients stop where the integer tensor sits at a limit of its type.
 *
 * <p>Gradients of integer tensors are with respect to the real numbers that they stand for by their {@link Units unit}.
 * Scales and zero points get none.
 */
final class QuantizedGradients {
    static final Map<String, Rule> RULES = rules();

    private QuantizedGradients() {}

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>(Map.ofEntries(
                entry("QuantizeLinear", Rule.of(QuantizedGradients::quantize)),
                entry("com.microsoft.QuantizeLinear", Rule.of(QuantizedGradients::quantize)),
                entry("DequantizeLinear", Rule.of(QuantizedGradients::dequantize)),
                entry("com.microsoft.DequantizeLinear", Rule.of(QuantizedGradients::dequantize)),
                // The range follows the tensor, so that nothing is clipped: the extremes are at the limits by design.
                entry("DynamicQuantizeLinear", Rule.of(Step::dy)),
                entry("Cast", Rule.of(QuantizedGradients::cast)),
                entry("Sign", Rule.of(QuantizedGradients::sign))));
        QuantizedOperators.FORMS.forEach((op, form) -> rules.put(op, rule(form)));
        return Map.copyOf(rules);
    }

    private static Rule rule(FloatForm form) {
        if (form.arguments().isEmpty()) {
            return Rule.forEach((step, input) -> product(step, form, input));
        }
        int inputs = form.arguments().stream()
                        .mapToInt(FloatForm.Argument::value)
                        .max()
                        .orElseThrow()
                + 1;
        return Rule.of(IntStream.range(0, inputs)
                .mapToObj(input -> form.argument(input).isPresent()
                        ? (Rule.InputGradient) step -> product(step, form, input)
                        : Rule.NONE)
                .toArray(Rule.InputGradient[]::new));
    }

    /** The float operator's gradient, its dy stopped at the limits of the quantized output, in the input's unit. */
    private static String product(Step s, FloatForm form, int input) {
        Node node = s.node();
        Node real = s.backward().forms().of(node);
        FloatForm here = form.at(node);
        int argument = here.argument(input)
                .orElseThrow(() -> new UnsupportedOpException("only scales differ, which have no gradient"));
        Rule rule = GradientRules.of(real)
                .filter(found -> found.flowsTo(argument))
                .orElseThrow(() -> new UnsupportedOpException("no gradient rule for " + real.op()));
        String dy = form.outputScale(node).isPresent() ? stopped(s) : s.dy();
        String gradient = rule.gradient(new Step(s.backward(), real, Map.of(real.output(), dy)), argument);
        FloatForm.Argument integers = here.arguments().get(argument);
        return integers.isInteger()
                ? inUnit(s, gradient, integers.scale(node).orElse(""), node.input(input), 0)
                : gradient;
    }

    private static String quantize(Step s) {
        return keepsLevels(s) ? s.dy() : stopped(s);
    }

    /**
     * dy within the limits. Two kinds of integers go unmasked, but never those of which the lowest level stands for a Relu:
     * those that are only summed where the sum is quantized itself, for its limits are those that matter and a mask costs a
     * fifth of a convolution (measured); and those that cannot be read without changing the forward kernels.
     */
    private static String stopped(Step s) {
        String integers = s.node().output();
        boolean unreadable =
                s.backward().isReadOnce(integers) && s.backward().twin(integers).isEmpty();
        boolean unmasked = unreadable || isOnlySummed(s.backward().forward().graph(), integers);
        return unmasked && Limits.zeroIsWithin(s, integers) ? s.dy() : s.masked(s.dy(), Limits.inside(s, integers));
    }

    /** Whether every reader, through a DequantizeLinear or not, is a quantized sum; a graph output has another. */
    private static boolean isOnlySummed(Graph graph, String value) {
        return !graph.isOutput(value)
                && graph.consumers(value).stream()
                        .allMatch(reader -> isQuantizedSum(graph, reader)
                                || (reader.op().equals("DequantizeLinear") && isOnlySummed(graph, reader.output())));
    }

    private static boolean isQuantizedSum(Graph graph, Node node) {
        List<Node> readers = node.is("Add") ? graph.consumers(node.output()) : List.of();
        if (readers.size() == 1 && readers.get(0).is("Relu")) {
            readers = graph.consumers(readers.get(0).output());
        }
        return node.qualifiedOp().equals("com.microsoft.QLinearAdd")
                || (readers.size() == 1 && readers.get(0).op().equals("QuantizeLinear"));
    }

    /** Whether what is quantized was so with the same scale before, and only moved since: its limits were seen to. */
    private static boolean keepsLevels(Step s) {
        Units units = s.backward().units();
        Node quantize = s.node();
        Optional<Node> producer = s.backward().forward().graph().producer(quantize.input(0));
        while (producer.filter(Moves::is).isPresent()) {
            producer = s.backward().forward().graph().producer(producer.get().input(0));
        }
        return producer.filter(node -> node.op().equals("DequantizeLinear")
                        && units.same(node.input(1), quantize.input(1))
                        && units.same(node.input(2), quantize.input(2)))
                .isPresent();
    }

    private static String dequantize(Step s) {
        Node node = s.node();
        int rank = s.shape(0).rank();
        int axis = rank == 0 ? 0 : s.shape(0).axis(node.intAttribute("axis", 1));
        int trailing = Math.max(0, rank - 1 - axis);
        return inUnit(s, s.dy(), node.input(1), node.input(0), trailing);
    }

    /**
     * From the gradient with respect to {@code scale · q}, {@code q} an integer tensor, to that in q's unit.
     *
     * @param scale by name; empty is 1
     * @param trailing axes behind the one that a scale of several elements runs along
     */
    private static String inUnit(Step s, String gradient, String scale, String integers, int trailing) {
        Units units = s.backward().units();
        String unit = units.of(integers).scale();
        if (units.same(scale, unit)) {
            return gradient;
        }
        String scaled = scale.isEmpty() ? gradient : s.mul(gradient, factor(s, scale, trailing));
        return unit.isEmpty() ? scaled : s.div(scaled, factor(s, unit, trailing));
    }

    private static String factor(Step s, String scale, int trailing) {
        Optional<Tensor> constant = s.backward().forward().constant(scale);
        if (s.node().intAttribute("block_size", 0) != 0) {
            throw new UnsupportedOpException("scales by block, and not those of the node that quantized");
        }
        if (constant.isEmpty() || constant.get().size() == 1) {
            return s.backward().read(scale);
        }
        long[] dims = new long[1 + trailing];
        Arrays.fill(dims, 1);
        dims[0] = constant.get().size();
        return s.constant(constant.get().reshape(dims));
    }

    /** Straight through in whatever direction; integers of a unit of their own are read as numbers. */
    private static String cast(Step s) {
        DataType from = s.type();
        DataType to = s.backward().forward().type(s.node().output());
        if (from == DataType.BOOL || to == DataType.BOOL) {
            throw new UnsupportedOpException("a condition has no gradient");
        }
        String gradient = gradientType(from) == gradientType(to)
                ? s.dy()
                : s.call("Cast", Map.of("to", Attribute.of(gradientType(from).code())), s.dy());
        return inUnit(s, gradient, "", s.node().input(0), 0);
    }

    private static boolean isFloat(DataType type) {
        return type == DataType.FLOAT
                || type == DataType.DOUBLE
                || type == DataType.FLOAT16
                || type == DataType.BFLOAT16;
    }

    /** Gradients of integers are FLOAT. */
    private static DataType gradientType(DataType type) {
        return isFloat(type) ? type : DataType.FLOAT;
    }

    /**
     * dy where |x| ≤ 1, as binarized networks are trained (Hubara et al. 2016, arXiv 1602.02830). A sign of a sign
     * passes all: binarized networks take one more, of sign(x) + c, to have no zeros.
     */
    private static String sign(Step s) {
        if (isSign(s, s.node().input(0))) {
            return s.dy();
        }
        String near = s.call("LessOrEqual", s.call("Abs", s.x(0)), s.scalar(1));
        return s.masked(s.dy(), s.asNumbers(near));
    }

    private static boolean isSign(Step s, String value) {
        Optional<Node> producer = s.backward().forward().graph().producer(value);
        if (producer.filter(node -> node.is("Add")).isPresent()) {
            return producer.get().inputs().stream().anyMatch(input -> isSign(s, input));
        }
        return producer.filter(node -> node.is("Sign")).isPresent();
    }
}
