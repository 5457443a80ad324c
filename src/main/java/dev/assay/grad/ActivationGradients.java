package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import java.util.Map;
import java.util.Optional;

/**
 * Activation functions. Where the output tells the slope, the output is read: a second reader of the input could keep
 * kernels from fusing. At a kink the slope is that of the lower side where the function is flat or small there: 0 for
 * Relu at 0, for Clip, HardSigmoid and HardSwish at both ends, {@code alpha} for LeakyRelu.
 */
final class ActivationGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Relu", Rule.elementwise(s -> s.masked(s.dy(), s.positive(s.y())))),
            entry("LeakyRelu", Rule.elementwise(ActivationGradients::leakyRelu)),
            entry(
                    "PRelu",
                    Rule.elementwise(
                            ActivationGradients::pRelu, s -> s.mul(s.dy(), s.call("Min", s.x(0), s.scalar(0))))),
            entry("ThresholdedRelu", Rule.elementwise(ActivationGradients::thresholdedRelu)),
            entry("Clip", Rule.of(ActivationGradients::clip, s -> bound(s, 1, "Greater"), s -> bound(s, 2, "Less"))),
            entry("Elu", Rule.elementwise(s -> exponential(s, 1, s.node().floatAttribute("alpha", 1)))),
            entry("Selu", Rule.elementwise(ActivationGradients::selu)),
            entry("Celu", Rule.elementwise(ActivationGradients::celu)),
            entry("Sigmoid", Rule.elementwise(s -> s.mul(s.dy(), s.sub(s.y(), s.square(s.y()))))),
            entry("HardSigmoid", Rule.elementwise(ActivationGradients::hardSigmoid)),
            entry("HardSwish", Rule.elementwise(ActivationGradients::hardSwish)),
            entry("Tanh", Rule.elementwise(s -> s.mul(s.dy(), s.sub(s.scalar(1), s.square(s.y()))))),
            entry("Softplus", Rule.elementwise(s -> s.mul(s.dy(), s.sub(s.scalar(1), s.call("Exp", s.neg(s.y())))))),
            entry("Softsign", Rule.elementwise(s -> s.mul(s.dy(), s.square(s.sub(s.scalar(1), s.call("Abs", s.y())))))),
            entry("Mish", Rule.elementwise(ActivationGradients::mish)),
            entry("Softmax", Rule.of(ActivationGradients::softmax)),
            entry("LogSoftmax", Rule.of(ActivationGradients::logSoftmax)));

    private ActivationGradients() {}

    /** As x and y have the same sign where alpha is not negative, y tells the side. */
    private static String leakyRelu(Step s) {
        float alpha = s.node().floatAttribute("alpha", 0.01f);
        String mask = s.positive(alpha >= 0 ? s.y() : s.x(0));
        boolean within = alpha >= 0 && alpha <= 1;
        String slope =
                within ? s.call("Clip", mask, s.scalar(alpha)) : s.add(s.times(mask, 1 - alpha), s.scalar(alpha));
        return s.mul(s.dy(), slope);
    }

    private static String pRelu(Step s) {
        Optional<float[]> slopes = s.constant(1).map(slope -> slope.floats());
        boolean sameSign = slopes.isPresent() && noneNegative(slopes.get());
        String isPositive = s.call("Greater", sameSign ? s.y() : s.x(0), s.scalar(0));
        return s.where(isPositive, s.dy(), s.mul(s.dy(), s.x(1)));
    }

    private static boolean noneNegative(float[] values) {
        for (float value : values) {
            if (value < 0) {
                return false;
            }
        }
        return true;
    }

    private static String thresholdedRelu(Step s) {
        float alpha = s.node().floatAttribute("alpha", 1);
        return s.masked(s.dy(), alpha >= 0 ? s.positive(s.y()) : s.above(s.x(0), alpha));
    }

    /** Clip-13: dy strictly between the bounds. */
    private static String clip(Step s) {
        return inside(s, 2, "Less", inside(s, 1, "Greater", s.dy()));
    }

    private static String inside(Step s, int input, String comparison, String gradient) {
        Optional<Float> bound = s.constant(input)
                .filter(tensor -> tensor.type() == DataType.FLOAT)
                .map(tensor -> tensor.floats()[0]);
        boolean isUnbounded =
                bound.filter(value -> Math.abs(value) >= Float.MAX_VALUE).isPresent();
        if (isUnbounded || !s.node().hasInput(input)) {
            return gradient;
        }
        boolean above = comparison.equals("Greater");
        String mask = bound.map(value -> above ? s.above(s.y(), value) : s.below(s.y(), value))
                .orElseGet(() -> s.asNumbers(s.call(comparison, s.y(), s.x(input))));
        return s.masked(gradient, mask);
    }

    /** The sum of dy where y lies at the bound. */
    private static String bound(Step s, int input, String comparison) {
        String outside = s.asNumbers(s.call("Not", s.call(comparison, s.y(), s.x(input))));
        return s.call("ReduceSum", Map.of("keepdims", Attribute.of(0)), s.mul(s.dy(), outside));
    }

    /** Of {@code gain · x} above 0 and {@code gain · alpha · (exp x - 1)} below, where the slope is y + gain · alpha. */
    private static String exponential(Step s, double gain, double alpha) {
        String side = alpha >= 0 ? s.y() : s.x(0);
        String below = s.add(s.y(), s.scalar(gain * alpha));
        return s.mul(s.dy(), s.where(s.call("Greater", side, s.scalar(0)), s.scalar(gain), below));
    }

    private static String selu(Step s) {
        double alpha = s.node().floatAttribute("alpha", 1.6732632f);
        double gamma = s.node().floatAttribute("gamma", 1.050701f);
        return exponential(s, gamma, alpha);
    }

    /** 1 above 0, exp(x / alpha) = y / alpha + 1 below. */
    private static String celu(Step s) {
        double alpha = s.node().floatAttribute("alpha", 1);
        String below = s.call("Min", s.y(), s.scalar(0));
        return s.mul(s.dy(), s.add(s.times(below, 1 / alpha), s.scalar(1)));
    }

    private static String hardSigmoid(Step s) {
        String between = s.masked(s.masked(s.dy(), s.positive(s.y())), s.below(s.y(), 1));
        return s.times(between, s.node().floatAttribute("alpha", 0.2f));
    }

    /** h + x/6 within (-3, 3), where h = x/6 + 1/2; elsewhere h, which is 0 or 1. */
    private static String hardSwish(Step s) {
        String sixth = s.times(s.x(0), 1.0 / 6);
        String ramp = s.call("Clip", s.add(sixth, s.scalar(0.5)), s.scalar(0), s.scalar(1));
        String within = s.mul(s.above(s.x(0), -3), s.below(s.x(0), 3));
        return s.mul(s.dy(), s.add(ramp, s.mul(sixth, within)));
    }

    /** Of x · t, where t = tanh(softplus x). */
    private static String mish(Step s) {
        String t = s.call("Tanh", s.call("Softplus", s.x(0)));
        String rising = s.mul(s.sub(s.scalar(1), s.square(t)), s.call("Sigmoid", s.x(0)));
        return s.mul(s.dy(), s.add(t, s.mul(s.x(0), rising)));
    }

    /** y · (dy - Σ dy · y). */
    private static String softmax(Step s) {
        long axis = s.node().intAttribute("axis", -1);
        return s.mul(s.y(), s.sub(s.dy(), s.sum(s.mul(s.dy(), s.y()), true, axis)));
    }

    /** dy - softmax(x) · Σ dy. */
    private static String logSoftmax(Step s) {
        long axis = s.node().intAttribute("axis", -1);
        return s.sub(s.dy(), s.mul(s.call("Exp", s.y()), s.sum(s.dy(), true, axis)));
    }
}
