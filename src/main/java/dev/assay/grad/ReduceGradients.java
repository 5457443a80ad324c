package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.ir.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Reductions in the form of opset 18: axes are an input, constant or absent. Elements that tie for the maximum or
 * minimum share its gradient evenly.
 */
final class ReduceGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            reduction("ReduceSum", s -> s.stretched(dy(s), 0, axes(s))),
            reduction("ReduceMean", s -> s.stretched(overCount(s, dy(s)), 0, axes(s))),
            reduction("ReduceMax", ReduceGradients::extreme),
            reduction("ReduceMin", ReduceGradients::extreme),
            reduction("ReduceProd", ReduceGradients::product),
            reduction("ReduceL1", s -> s.mul(dy(s), s.call("Sign", s.x(0)))),
            reduction("ReduceL2", ReduceGradients::norm),
            reduction("ReduceSumSquare", s -> s.mul(s.times(dy(s), 2), s.x(0))),
            reduction("ReduceLogSum", s -> s.stretched(s.mul(dy(s), s.call("Exp", s.neg(y(s)))), 0, axes(s))),
            reduction("ReduceLogSumExp", s -> s.mul(dy(s), s.call("Exp", s.sub(s.x(0), y(s))))),
            entry("GlobalAveragePool", Rule.of(ReduceGradients::globalAverage)),
            entry("GlobalMaxPool", Rule.of(s -> extreme(s, s.dy(), s.y(), spatial(s)))));

    private ReduceGradients() {}

    private static Map.Entry<String, Rule> reduction(String op, Rule.InputGradient gradient) {
        return entry(op, Rule.of(gradient, Rule.NONE));
    }

    private static long[] axes(Step s) {
        long[] given = s.node().hasInput(1) ? s.known(1).longs() : new long[0];
        boolean all = given.length == 0 && s.node().intAttribute("noop_with_empty_axes", 0) == 0;
        return all ? LongStream.range(0, s.shape(0).rank()).toArray() : given;
    }

    private static long[] spatial(Step s) {
        return LongStream.range(2, s.shape(0).rank()).toArray();
    }

    private static String dy(Step s) {
        return kept(s, s.dy());
    }

    private static String y(Step s) {
        return kept(s, s.y());
    }

    /** With the reduced axes as axes of size 1. */
    private static String kept(Step s, String value) {
        boolean dropped = s.node().intAttribute("keepdims", 1) == 0 && axes(s).length > 0;
        return dropped ? s.call("Unsqueeze", value, s.longs(axes(s))) : value;
    }

    private static String overCount(Step s, String value) {
        Extents x = s.shape(0);
        long[] axes = axes(s);
        if (Arrays.stream(axes).allMatch(axis -> x.isFixed(x.axis(axis)))) {
            long[] sizes = Arrays.stream(axes).map(axis -> x.size(x.axis(axis))).toArray();
            return s.times(value, 1.0 / Tensor.elements(sizes));
        }
        String count = s.div(s.call("Size", s.x(0)), s.call("Size", s.dy()));
        return s.div(value, s.asNumbers(count));
    }

    private static String extreme(Step s) {
        return extreme(s, dy(s), y(s), axes(s));
    }

    private static String extreme(Step s, String dy, String y, long[] axes) {
        if (axes.length == 0) {
            return dy;
        }
        String mask = s.asNumbers(s.call("Equal", s.x(0), y));
        return s.mul(s.div(dy, s.sum(mask, true, axes)), mask);
    }

    /** dy · Π of the others: y / x, but where x is 0 the product of the rest, unless that holds another 0. */
    private static String product(Step s) {
        if (axes(s).length == 0) {
            return s.dy();
        }
        String isZero = s.call("Equal", s.x(0), s.scalar(0));
        String nonZero = s.where(isZero, s.scalar(1), s.x(0));
        String axes = s.longs(axes(s));
        String zeros = s.sum(s.asNumbers(isZero), true, axes(s));
        String rest = s.div(s.call("ReduceProd", nonZero, axes), nonZero);
        String otherZeros = s.sub(zeros, s.asNumbers(isZero));
        return s.mul(dy(s), s.where(s.call("Equal", otherZeros, s.scalar(0)), rest, s.scalar(0)));
    }

    /** dy · x / y, and 0 where y is 0. */
    private static String norm(Step s) {
        String isZero = s.asNumbers(s.call("Equal", y(s), s.scalar(0)));
        return s.mul(s.div(dy(s), s.add(y(s), isZero)), s.x(0));
    }

    private static String globalAverage(Step s) {
        double pixels = s.shape(0).elementsFrom(2);
        return s.stretched(s.times(s.dy(), 1 / pixels), 0, spatial(s));
    }
}
