package dev.assay.grad;

import static java.util.Map.entry;

import java.util.Map;
import java.util.stream.LongStream;

/** Operators that move elements, and reductions. */
final class ShapeGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Reshape", Rule.of(ShapeGradients::asInput, Rule.NONE)),
            entry("Flatten", Rule.of(ShapeGradients::asInput)),
            entry("Squeeze", Rule.of(ShapeGradients::asInput, Rule.NONE)),
            entry("Unsqueeze", Rule.of(ShapeGradients::asInput, Rule.NONE)),
            entry("Transpose", Rule.of(ShapeGradients::transpose)));

    private ShapeGradients() {}

    private static String asInput(Step s) {
        return s.reshapedAs(s.dy(), s.node().input(0));
    }

    private static String transpose(Step s) {
        int rank = s.shape(0).rank();
        long[] permutation = s.node().ints("perm").orElseGet(() -> LongStream.range(0, rank)
                .map(axis -> rank - 1 - axis)
                .toArray());
        long[] inverse = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            inverse[(int) permutation[axis]] = axis;
        }
        return s.transposed(s.dy(), inverse);
    }
}
