package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * One forward node being differentiated: what a rule reads, and the operators it writes with.
 *
 * <p>{@link #x} and {@link #y} are names that backward nodes may read; {@link #dy} is the gradient of an output. Every
 * operator method writes a node and returns its output's name.
 */
final class Step {
    /** A power of two: products with it are exact. */
    private static final float STEEP = 0x1p100f;

    private static final double LARGEST_BOUND = 0x1p24;

    private final Backward backward;
    private final Node node;
    private final Map<String, String> gradients;

    /**
     * A step.
     *
     * @param gradients of the node's outputs, those that have one
     */
    Step(Backward backward, Node node, Map<String, String> gradients) {
        this.backward = backward;
        this.node = node;
        this.gradients = gradients;
    }

    Node node() {
        return node;
    }

    Backward backward() {
        return backward;
    }

    /** The gradient of the first output. */
    String dy() {
        return dy(0).orElseThrow(() -> new IllegalStateException("no gradient of the first output: " + node));
    }

    /** The gradient of an output; empty where nothing differentiable reads it. */
    Optional<String> dy(int output) {
        return Optional.ofNullable(gradients.get(node.outputs().get(output)));
    }

    /** An input, to be read by backward nodes. */
    String x(int input) {
        return backward.read(node.input(input));
    }

    /** The first output, to be read by backward nodes. */
    String y() {
        return y(0);
    }

    /** An output, to be read by backward nodes. */
    String y(int output) {
        return backward.read(node.outputs().get(output));
    }

    /** The shape of an input. */
    Extents shape(int input) {
        return backward.forward().shape(node.input(input));
    }

    /** The shape of an output. */
    Extents outputShape(int output) {
        return backward.forward().shape(node.outputs().get(output));
    }

    /** An input that depends on no graph input; empty for others and for absent ones. */
    Optional<Tensor> constant(int input) {
        return node.hasInput(input) ? backward.forward().constant(node.input(input)) : Optional.empty();
    }

    /**
     * An input whose elements are the same whatever the graph's inputs are, though it may be computed from their shapes.
     *
     * @throws UnsupportedOpException if they are not
     */
    Tensor known(int input) {
        return backward.forward()
                .known(node.input(input))
                .orElseThrow(() -> new UnsupportedOpException("input %d is not constant".formatted(input)));
    }

    /** The element type of the first input. */
    DataType type() {
        return backward.forward().type(node.input(0));
    }

    /** A scalar of the first input's type, or FLOAT where that is an integer. */
    String scalar(double value) {
        return backward.scalar(floatType(), value);
    }

    private DataType floatType() {
        DataType type = type();
        boolean isFloat = type == DataType.DOUBLE || type == DataType.FLOAT16 || type == DataType.BFLOAT16;
        return isFloat ? type : DataType.FLOAT;
    }

    String constant(Tensor tensor) {
        return backward.constant(tensor);
    }

    /** A one-dimensional INT64 constant. */
    String longs(long... values) {
        return constant(Tensor.vector(values));
    }

    String call(String op, String... inputs) {
        return backward.call(op, inputs);
    }

    String call(String op, Map<String, Attribute> attributes, String... inputs) {
        return backward.call(op, attributes, inputs);
    }

    String add(String a, String b) {
        return call("Add", a, b);
    }

    String sub(String a, String b) {
        return call("Sub", a, b);
    }

    String mul(String a, String b) {
        return call("Mul", a, b);
    }

    String div(String a, String b) {
        return call("Div", a, b);
    }

    String neg(String a) {
        return call("Neg", a);
    }

    /** {@code gradient} where the mask is 1, 0 where it is 0. */
    String masked(String gradient, String mask) {
        return backward.masked(gradient, mask);
    }

    /** A 0/1 mask of a value's type: where {@code value} is above 0. */
    String positive(String value) {
        return Limits.positive(this, value).orElseGet(() -> above(value, 0));
    }

    /** A 0/1 mask of a value's type: where {@code value} is above a bound. */
    String above(String value, double bound) {
        return mask("Greater", STEEP, value, bound);
    }

    /** A 0/1 mask of a value's type: where {@code value} is below a bound. */
    String below(String value, double bound) {
        return mask("Less", -STEEP, value, bound);
    }

    private String mask(String comparison, float slope, String value, double bound) {
        // As a ramp this steep a mask costs a third of Greater and Cast (measured); there is no double kernel of it.
        if (type() == DataType.DOUBLE || Math.abs(bound) > LARGEST_BOUND) {
            return asNumbers(call(comparison, value, scalar(bound)));
        }
        float offset = 0 - slope * (float) bound;
        return call("HardSigmoid", Map.of("alpha", Attribute.of(slope), "beta", Attribute.of(offset)), value);
    }

    /** A condition as numbers 0 and 1 of the first input's type. */
    String asNumbers(String condition) {
        return call("Cast", Map.of("to", Attribute.of(floatType().code())), condition);
    }

    String transposed(String value, long... permutation) {
        return call("Transpose", Map.of("perm", Attribute.ofLongs(permutation)), value);
    }

    /** {@code value} in the shape that a forward value has. */
    String reshapedAs(String value, String forwardValue) {
        return call(
                "Reshape", value, longs(backward.forward().shape(forwardValue).reshapeTarget()));
    }

    /** The sum over some axes. */
    String sum(String value, boolean keepDims, long... axes) {
        return call("ReduceSum", Map.of("keepdims", Attribute.of(keepDims ? 1 : 0)), value, longs(axes));
    }

    /**
     * Sums out what was broadcast: from the shape of one forward value to that of another that broadcasts to it.
     */
    String sumTo(String gradient, String from, String to) {
        return sumTo(
                gradient, backward.forward().shape(from), backward.forward().shape(to));
    }

    /** Sums out what was broadcast: from one shape to another that broadcasts to it. */
    String sumTo(String gradient, Extents wide, Extents narrow) {
        int extra = wide.rank() - narrow.rank();
        String result = gradient;
        if (extra > 0) {
            result = sum(result, false, IntStream.range(0, extra).asLongStream().toArray());
        }
        long[] stretched = IntStream.range(0, narrow.rank())
                .filter(axis -> narrow.isOne(axis) && !wide.isOne(axis + extra))
                .asLongStream()
                .toArray();
        return stretched.length == 0 ? result : sum(result, true, stretched);
    }

    /** The mean over some axes, which stay as axes of size 1. */
    String mean(String value, long... axes) {
        return call("ReduceMean", value, longs(axes));
    }

    /** {@code value} times a number. */
    String times(String value, double factor) {
        return factor == 1 ? value : mul(value, scalar(factor));
    }

    String square(String value) {
        return mul(value, value);
    }

    String where(String condition, String value, String otherwise) {
        return call("Where", condition, value, otherwise);
    }

    /** A constant of the first input's type, or FLOAT where that is an integer. */
    String numbers(long[] dims, double... values) {
        return backward.numbers(floatType(), dims, values);
    }

    /** {@code value}, which has the rank of an input, repeated to its shape along axes where it has size 1. */
    String stretched(String value, int input, long... axes) {
        Extents shape = shape(input);
        boolean fixed = Arrays.stream(axes).allMatch(axis -> shape.isFixed(shape.axis(axis)));
        if (!fixed) {
            return call("Expand", value, shapeOf(input));
        }
        long[] target = LongStream.generate(() -> 1).limit(shape.rank()).toArray();
        for (long axis : axes) {
            target[shape.axis(axis)] = shape.size(shape.axis(axis));
        }
        return call("Expand", value, longs(target));
    }

    /** The shape of an input as an INT64 tensor. */
    String shapeOf(int input) {
        Extents shape = shape(input);
        return shape.isFixed() ? longs(shape.sizesFrom(0)) : call("Shape", x(input));
    }

    /** Zeros in the shape of an input, of its type. */
    String zeros(int input) {
        return zeros(shapeOf(input));
    }

    /** Zeros in a shape given as an INT64 tensor, of the first input's type. */
    String zeros(String shape) {
        return call("Expand", scalar(0), shape);
    }
}
