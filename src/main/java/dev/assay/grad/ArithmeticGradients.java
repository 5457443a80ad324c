package dev.assay.grad;

import static java.util.Map.entry;

import java.util.Map;

/** Elementwise arithmetic. */
final class ArithmeticGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Add", Rule.elementwise(Step::dy, Step::dy)),
            entry("Sub", Rule.elementwise(Step::dy, s -> s.neg(s.dy()))),
            entry("Mul", Rule.elementwise(s -> s.mul(s.dy(), s.x(1)), s -> s.mul(s.dy(), s.x(0)))),
            entry("Div", Rule.elementwise(s -> s.div(s.dy(), s.x(1)), s -> s.neg(s.div(s.mul(s.dy(), s.y()), s.x(1))))),
            entry("Neg", Rule.elementwise(s -> s.neg(s.dy()))),
            entry("Exp", Rule.elementwise(s -> s.mul(s.dy(), s.y()))),
            entry("Log", Rule.elementwise(s -> s.div(s.dy(), s.x(0)))),
            entry("Identity", Rule.elementwise(Step::dy)));

    private ArithmeticGradients() {}
}
