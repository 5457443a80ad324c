package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Elementwise arithmetic. At a tie Max and Min send the gradient to the last of the inputs that tie. Pow-15 to its
 * exponent is 0 where the base is not positive.
 */
final class ArithmeticGradients {
    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Add", Rule.elementwise(Step::dy, Step::dy)),
            entry("Sub", Rule.elementwise(Step::dy, s -> s.neg(s.dy()))),
            entry("Mul", Rule.elementwise(s -> s.mul(s.dy(), s.x(1)), s -> s.mul(s.dy(), s.x(0)))),
            entry("Div", Rule.elementwise(s -> s.div(s.dy(), s.x(1)), s -> s.neg(s.div(s.mul(s.dy(), s.y()), s.x(1))))),
            entry("Pow", Rule.elementwise(ArithmeticGradients::powBase, ArithmeticGradients::powExponent)),
            entry("Sum", Rule.forEachElementwise((s, input) -> s.dy())),
            entry(
                    "Mean",
                    Rule.forEachElementwise((s, input) ->
                            s.times(s.dy(), 1.0 / s.node().inputs().size()))),
            entry("Max", Rule.forEachElementwise((s, input) -> extreme(s, input, "Greater"))),
            entry("Min", Rule.forEachElementwise((s, input) -> extreme(s, input, "Less"))),
            entry("Where", Rule.elementwise(Rule.NONE, s -> chosen(s, true), s -> chosen(s, false))),
            entry("Neg", Rule.elementwise(s -> s.neg(s.dy()))),
            entry("Abs", Rule.elementwise(s -> s.mul(s.dy(), s.call("Sign", s.x(0))))),
            entry("Sqrt", Rule.elementwise(s -> s.div(s.times(s.dy(), 0.5), s.y()))),
            entry("Reciprocal", Rule.elementwise(s -> s.neg(s.mul(s.dy(), s.square(s.y()))))),
            entry("Exp", Rule.elementwise(s -> s.mul(s.dy(), s.y()))),
            entry("Log", Rule.elementwise(s -> s.div(s.dy(), s.x(0)))),
            entry(
                    "Erf",
                    Rule.elementwise(
                            s -> s.mul(s.times(s.dy(), TWO_OVER_ROOT_PI), s.call("Exp", s.neg(s.square(s.x(0))))))),
            entry("Sin", Rule.elementwise(s -> s.mul(s.dy(), s.call("Cos", s.x(0))))),
            entry("Cos", Rule.elementwise(s -> s.neg(s.mul(s.dy(), s.call("Sin", s.x(0)))))),
            entry("Tan", Rule.elementwise(s -> s.mul(s.dy(), s.add(s.scalar(1), s.square(s.y()))))),
            entry("Atan", Rule.elementwise(s -> s.div(s.dy(), s.add(s.scalar(1), s.square(s.x(0)))))),
            entry("Sinh", Rule.elementwise(s -> s.mul(s.dy(), s.call("Cosh", s.x(0))))),
            entry("Cosh", Rule.elementwise(s -> s.mul(s.dy(), s.call("Sinh", s.x(0))))),
            entry("Identity", Rule.of(Step::dy)),
            entry("Dropout", Rule.of(ArithmeticGradients::dropout, Rule.NONE, Rule.NONE)));

    private ArithmeticGradients() {}

    /** dy · p · x^(p-1), and 0 where p is 0. */
    private static String powBase(Step s) {
        Optional<Double> uniform = s.constant(1).flatMap(ArithmeticGradients::uniform);
        if (uniform.isPresent() && s.type() != DataType.FLOAT16) {
            return powOf(s, uniform.get());
        }
        String p = s.asNumbers(s.x(1));
        String slope = s.mul(p, s.call("Pow", s.x(0), s.sub(p, s.scalar(1))));
        return s.mul(s.dy(), s.where(s.call("Equal", p, s.scalar(0)), s.scalar(0), slope));
    }

    private static String powOf(Step s, double p) {
        if (p == 2) {
            return s.mul(s.dy(), s.times(s.x(0), 2));
        }
        if (p == 0.5) {
            return s.div(s.times(s.dy(), 0.5), s.y());
        }
        String slope = p == 0 ? s.scalar(0) : s.times(s.call("Pow", s.x(0), s.scalar(p - 1)), p);
        return s.mul(s.dy(), slope);
    }

    private static Optional<Double> uniform(Tensor tensor) {
        float[] values = tensor.floats();
        boolean equal = values.length > 0 && Arrays.equals(values, filled(values.length, values[0]));
        return equal ? Optional.of((double) values[0]) : Optional.empty();
    }

    private static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }

    /** dy · y · log x. */
    private static String powExponent(Step s) {
        String isPositive = s.call("Greater", s.x(0), s.scalar(0));
        String log = s.call("Log", s.where(isPositive, s.x(0), s.scalar(1)));
        return s.mul(s.mul(s.dy(), s.y()), log);
    }

    /** The gradient goes to the input that y comes from: it is y, and y is beyond all later ones. */
    private static String extreme(Step s, int input, String beyond) {
        int inputs = s.node().inputs().size();
        String gradient = s.dy();
        if (input > 0) {
            String isY = s.call("Not", s.call(beyond, s.y(), s.x(input)));
            gradient = s.masked(gradient, s.asNumbers(isY));
        }
        for (int later = input + 1; later < inputs; later++) {
            gradient = s.masked(gradient, beyond(s, later, beyond));
        }
        return gradient;
    }

    private static String beyond(Step s, int input, String comparison) {
        Optional<Double> bound = s.constant(input).flatMap(ArithmeticGradients::uniform);
        if (bound.isEmpty() || s.type() != DataType.FLOAT) {
            return s.asNumbers(s.call(comparison, s.y(), s.x(input)));
        }
        return comparison.equals("Greater") ? s.above(s.y(), bound.get()) : s.below(s.y(), bound.get());
    }

    /** dy where the condition chose this input. */
    private static String chosen(Step s, boolean where) {
        String zero = s.backward().scalar(s.backward().forward().type(s.node().output()), 0);
        return where ? s.where(s.x(0), s.dy(), zero) : s.where(s.x(0), zero, s.dy());
    }

    /** Dropout-13: nothing in inference; in training dy where the mask kept x, over the share kept. */
    private static String dropout(Step s) {
        boolean inference = !s.node().hasInput(2) || s.known(2).longs()[0] == 0;
        if (inference) {
            return s.dy();
        }
        if (s.node().outputs().size() < 2) {
            throw new UnsupportedOpException("Dropout that trains must have a mask as its second output");
        }
        double ratio = s.node().hasInput(1) ? s.known(1).floats()[0] : 0.5;
        return s.times(s.mul(s.dy(), s.asNumbers(s.y(1))), 1 / (1 - ratio));
    }
}
