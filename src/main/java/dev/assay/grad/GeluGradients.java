package dev.assay.grad;

import static java.util.Map.entry;

import java.util.Map;

/**
 * Gelu-20 in both approximations, and com.microsoft's BiasGelu, FastGelu (the tanh approximation, bias optional) and
 * QuickGelu. Their inputs do not follow from their outputs: the inputs are read.
 */
final class GeluGradients {
    private static final double CUBIC = 0.044715;
    private static final double SLOPE = Math.sqrt(2 / Math.PI);

    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Gelu", Rule.of(GeluGradients::gelu)),
            entry("com.microsoft.Gelu", Rule.of(s -> s.mul(s.dy(), exact(s, s.x(0))))),
            entry("com.microsoft.BiasGelu", Rule.elementwise(GeluGradients::biasGelu, GeluGradients::biasGelu)),
            entry("com.microsoft.FastGelu", Rule.elementwise(GeluGradients::fastGelu, GeluGradients::fastGelu)),
            entry("com.microsoft.QuickGelu", Rule.of(GeluGradients::quickGelu)));

    private GeluGradients() {}

    private static String gelu(Step s) {
        boolean approximate = s.node().textAttribute("approximate", "none").equals("tanh");
        return s.mul(s.dy(), approximate ? byTanh(s, s.x(0)) : exact(s, s.x(0)));
    }

    private static String biasGelu(Step s) {
        return s.mul(s.dy(), exact(s, s.add(s.x(0), s.x(1))));
    }

    private static String fastGelu(Step s) {
        String x = s.node().hasInput(1) ? s.add(s.x(0), s.x(1)) : s.x(0);
        return s.mul(s.dy(), byTanh(s, x));
    }

    /** Φ(x) + x · φ(x). */
    private static String exact(Step s, String x) {
        String cumulative = s.times(s.add(s.call("Erf", s.times(x, Math.sqrt(0.5))), s.scalar(1)), 0.5);
        String density = s.times(s.call("Exp", s.times(s.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return s.add(cumulative, s.mul(x, density));
    }

    /** Of x · (1 + t) / 2, where t = tanh(√(2/π) · (x + 0.044715 x³)). */
    private static String byTanh(Step s, String x) {
        String square = s.square(x);
        String one = s.scalar(1);
        String t = s.call("Tanh", s.times(s.mul(x, s.add(one, s.times(square, CUBIC))), SLOPE));
        String inner = s.times(s.add(one, s.times(square, 3 * CUBIC)), SLOPE);
        String rising = s.mul(s.mul(x, inner), s.sub(one, s.square(t)));
        return s.times(s.add(s.add(one, t), rising), 0.5);
    }

    /** Of x · σ(alpha · x). */
    private static String quickGelu(Step s) {
        double alpha = s.node().floatAttribute("alpha", 1.702f);
        String gate = s.call("Sigmoid", s.times(s.x(0), alpha));
        String rising = s.times(s.mul(s.x(0), s.sub(gate, s.square(gate))), alpha);
        return s.mul(s.dy(), s.add(gate, rising));
    }
}
