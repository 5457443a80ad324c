package dev.assay.grad;

import static java.util.Map.entry;

import java.util.Map;

/** Activation functions. */
final class ActivationGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Relu", Rule.elementwise(s -> s.masked(s.dy(), s.positive(s.y())))),
            entry("Tanh", Rule.elementwise(s -> s.mul(s.dy(), s.sub(s.scalar(1), s.mul(s.y(), s.y()))))),
            entry("LogSoftmax", Rule.of(ActivationGradients::logSoftmax)));

    private ActivationGradients() {}

    /** dy - softmax(x) · Σ dy. */
    private static String logSoftmax(Step s) {
        long axis = s.node().intAttribute("axis", -1);
        return s.sub(s.dy(), s.mul(s.call("Exp", s.y()), s.sum(s.dy(), true, axis)));
    }
}
