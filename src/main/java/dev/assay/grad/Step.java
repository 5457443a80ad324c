package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One forward node being differentiated: what a rule reads, and the operators it writes with.
 *
 * <p>{@link #x} and {@link #y} are names that backward nodes may read; {@link #dy} is the gradient of an output. Every
 * operator method writes a node and returns its output's name.
 */
final class Step {
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

    /** The element type of the first input. */
    DataType type() {
        return backward.forward().type(node.input(0));
    }

    /** A scalar of the first input's type, or FLOAT where that is an integer. */
    String scalar(double value) {
        DataType type = type();
        boolean isFloat = type == DataType.DOUBLE || type == DataType.FLOAT16 || type == DataType.BFLOAT16;
        return backward.scalar(isFloat ? type : DataType.FLOAT, value);
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
        Optional<String> fromIntegers = Limits.positive(this, value);
        if (fromIntegers.isPresent()) {
            return fromIntegers.get();
        }
        // As a ramp this steep a mask costs a third of Greater and Cast (measured); there is no double kernel of it.
        return type() == DataType.DOUBLE
                ? asNumbers(call("Greater", value, scalar(0)))
                : call("HardSigmoid", Map.of("alpha", Attribute.of(1e30f), "beta", Attribute.of(0f)), value);
    }

    /** A condition as numbers 0 and 1 of the first input's type. */
    String asNumbers(String condition) {
        DataType type = type();
        boolean isFloat = type == DataType.DOUBLE || type == DataType.FLOAT16 || type == DataType.BFLOAT16;
        return call("Cast", Map.of("to", Attribute.of((isFloat ? type : DataType.FLOAT).code())), condition);
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
        Extents wide = backward.forward().shape(from);
        Extents narrow = backward.forward().shape(to);
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
}
