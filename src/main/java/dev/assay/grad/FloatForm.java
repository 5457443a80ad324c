package dev.assay.grad;

import dev.assay.ir.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a quantized operator reads as a float operator: which inputs are integer tensors, where their scales and zero
 * points lie, and which of the float operator's inputs they are.
 *
 * @param op the float operator, of ONNX's own domain
 * @param arguments the float operator's inputs in order
 * @param outputScale the input that holds the output's scale, its zero point being the next; {@link #ABSENT} where the
 *     operator writes floats, or integers whose unit is 1
 */
record FloatForm(String op, List<Argument> arguments, int outputScale) {
    static final int ABSENT = -1;

    /**
     * One input of the float operator.
     *
     * @param value the quantized operator's input
     * @param scale the input that holds its scale; {@link #ABSENT} for floats, and for integers whose unit is 1
     * @param zeroPoint the input that holds its zero point; {@link #ABSENT} for floats
     */
    record Argument(int value, int scale, int zeroPoint) {
        boolean isInteger() {
            return zeroPoint != ABSENT;
        }

        /** The scale's name; empty where the unit is 1. */
        Optional<String> scale(Node node) {
            return name(node, scale);
        }

        /** The zero point's name; empty where it is 0. */
        Optional<String> zeroPoint(Node node) {
            return name(node, zeroPoint);
        }

        private static Optional<String> name(Node node, int input) {
            return input != ABSENT && node.hasInput(input) ? Optional.of(node.input(input)) : Optional.empty();
        }
    }

    FloatForm {
        arguments = List.copyOf(arguments);
    }

    /** An integer tensor with scale and zero point behind it. */
    static Argument triple(int value) {
        return new Argument(value, value + 1, value + 2);
    }

    /** An input that is no integer tensor. */
    static Argument plain(int value) {
        return new Argument(value, ABSENT, ABSENT);
    }

    static FloatForm of(String op, int outputScale, Argument... arguments) {
        return new FloatForm(op, List.of(arguments), outputScale);
    }

    /** With the arguments that a node has: a form without any takes triples from input 2 on, as QLinearConcat does. */
    FloatForm at(Node node) {
        if (!arguments.isEmpty()) {
            return this;
        }
        List<Argument> triples = new ArrayList<>();
        for (int value = 2; value < node.inputs().size(); value += 3) {
            triples.add(triple(value));
        }
        return new FloatForm(op, triples, outputScale);
    }

    /** Which argument an input is; empty for scales, zero points and biases. */
    Optional<Integer> argument(int input) {
        return IntStream.range(0, arguments.size())
                .filter(i -> arguments.get(i).value() == input)
                .boxed()
                .findFirst();
    }

    /** The output's scale; empty where the operator writes no quantized values. */
    Optional<String> outputScale(Node node) {
        return outputScale != ABSENT && node.hasInput(outputScale)
                ? Optional.of(node.input(outputScale))
                : Optional.empty();
    }

    /** The output's zero point; empty where it is 0. */
    Optional<String> outputZeroPoint(Node node) {
        return outputScale != ABSENT && node.hasInput(outputScale + 1)
                ? Optional.of(node.input(outputScale + 1))
                : Optional.empty();
    }
}
