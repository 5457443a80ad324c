package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.runtime.Observed.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that move elements about or repeat them. */
final class ShapeGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Reshape", Rule.of(ShapeGradients::asInput, Rule.NONE)),
            entry("Flatten", Rule.of(ShapeGradients::asInput)),
            entry("Squeeze", Rule.of(ShapeGradients::asInput, Rule.NONE)),
            entry("Unsqueeze", Rule.of(ShapeGradients::asInput, Rule.NONE)),
            entry("Transpose", Rule.of(ShapeGradients::transpose)),
            entry("Expand", Rule.elementwise(Step::dy, Rule.NONE)),
            entry("Tile", Rule.of(ShapeGradients::tile, Rule.NONE)),
            entry("Concat", Rule.forEach(ShapeGradients::concat)),
            entry("Split", Rule.of(ShapeGradients::split, Rule.NONE)),
            entry("DepthToSpace", Rule.of(ShapeGradients::depthToSpace)),
            entry(
                    "SpaceToDepth",
                    Rule.of(s -> s.call(
                            "DepthToSpace",
                            Map.of("blocksize", Attribute.of(s.node().intAttribute("blocksize", 1))),
                            s.dy()))),
            entry("CumSum", Rule.of(ShapeGradients::cumSum, Rule.NONE)),
            entry("Trilu", Rule.of(ShapeGradients::trilu, Rule.NONE)));

    private ShapeGradients() {}

    private static String asInput(Step s) {
        return s.call("Reshape", s.dy(), s.longs(s.shape(0).reshapeTarget(s.outputShape(0))));
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

    /** The sum over all repetitions: over axes {@code [repeats, size, repeats, size, …]} those that repeat. */
    private static String tile(Step s) {
        long[] repeats = s.known(1).longs();
        long[] sizes = s.shape(0).reshapeTarget();
        long[] target = IntStream.range(0, repeats.length)
                .boxed()
                .flatMapToLong(axis -> LongStream.of(repeats[axis], sizes[axis]))
                .toArray();
        long[] repeating =
                LongStream.range(0, repeats.length).map(axis -> 2 * axis).toArray();
        return s.sum(s.call("Reshape", s.dy(), s.longs(target)), false, repeating);
    }

    /** The part of dy that came from an input; counted from the back where something before it follows the batch. */
    private static String concat(Step s, int input) {
        int axis = s.outputShape(0).axis(s.node().intAttribute("axis", 0));
        Extent before = between(s, 0, input, axis);
        Extent own = s.shape(input).dims().get(axis);
        Extent after = between(s, input + 1, s.node().inputs().size(), axis);
        long start;
        long end;
        if (before.perImage() == 0) {
            start = before.fixed();
            end = own.perImage() == 0 ? start + own.fixed() : end(after);
        } else if (after.perImage() == 0) {
            end = end(after);
            start = -after.fixed() - fixed(own);
        } else {
            throw new UnsupportedOpException("what is before it and what is after it follow the batch");
        }
        return s.call("Slice", s.dy(), s.longs(start), s.longs(end), s.longs(axis));
    }

    private static Extent between(Step s, int from, int to, int axis) {
        long fixed = 0;
        long perImage = 0;
        for (int i = from; i < to; i++) {
            Extent extent = s.shape(i).dims().get(axis);
            fixed += extent.fixed();
            perImage += extent.perImage();
        }
        return new Extent(fixed, perImage);
    }

    private static long end(Extent after) {
        return fixed(after) == 0 ? Long.MAX_VALUE : -after.fixed();
    }

    private static long fixed(Extent extent) {
        if (extent.perImage() != 0) {
            throw new UnsupportedOpException("more than one input follows the batch along the axis");
        }
        return extent.fixed();
    }

    /** All gradients joined, zeros for parts that have none. */
    private static String split(Step s) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < s.node().outputs().size(); i++) {
            int output = i;
            parts.add(s.dy(i).orElseGet(() -> s.zeros(s.call("Shape", s.y(output)))));
        }
        Attribute axis = Attribute.of(s.node().intAttribute("axis", 0));
        return s.call("Concat", Map.of("axis", axis), parts.toArray(String[]::new));
    }

    /** SpaceToDepth, which undoes mode DCR; for mode CRD the same with the block before the channels' order. */
    private static String depthToSpace(Step s) {
        long block = s.node().intAttribute("blocksize", 1);
        if (s.node().textAttribute("mode", "DCR").equals("DCR")) {
            return s.call("SpaceToDepth", Map.of("blocksize", Attribute.of(block)), s.dy());
        }
        Extents y = s.outputShape(0);
        long[] blocks = {-1, y.size(1), y.size(2) / block, block, y.size(3) / block, block};
        String split = s.call("Reshape", s.dy(), s.longs(blocks));
        return asInput(s, s.transposed(split, 0, 1, 3, 5, 2, 4));
    }

    private static String asInput(Step s, String value) {
        return s.reshapedAs(value, s.node().input(0));
    }

    private static String cumSum(Step s) {
        Map<String, Attribute> attributes = Map.of(
                "exclusive", Attribute.of(s.node().intAttribute("exclusive", 0)),
                "reverse", Attribute.of(1 - s.node().intAttribute("reverse", 0)));
        return s.call("CumSum", attributes, s.dy(), s.x(1));
    }

    private static String trilu(Step s) {
        Map<String, Attribute> upper = Map.of("upper", Attribute.of(s.node().intAttribute("upper", 1)));
        return s.node().hasInput(1) ? s.call("Trilu", upper, s.dy(), s.x(1)) : s.call("Trilu", upper, s.dy());
    }
}
