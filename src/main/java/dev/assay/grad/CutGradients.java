package dev.assay.grad;

import static java.util.Map.entry;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Observed.Extent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** What cuts, pads or samples along axes: Slice-13, Pad-18 (modes constant, edge, reflect, wrap) and Resize-18. */
final class CutGradients {
    static final Map<String, Rule> RULES = Map.ofEntries(
            entry("Slice", Rule.of(CutGradients::slice, Rule.NONE, Rule.NONE, Rule.NONE, Rule.NONE)),
            entry("Pad", Rule.of(CutGradients::pad, Rule.NONE, CutGradients::padValue, Rule.NONE)),
            entry("Resize", Rule.of(CutGradients::resize, Rule.NONE, Rule.NONE, Rule.NONE)));

    private CutGradients() {}

    // Slice

    private static String slice(Step s) {
        long[] starts = s.known(1).longs();
        long[] ends = s.known(2).longs();
        long[] axes = s.node().hasInput(3)
                ? s.known(3).longs()
                : LongStream.range(0, starts.length).toArray();
        long[] steps = s.node().hasInput(4)
                ? s.known(4).longs()
                : LongStream.generate(() -> 1).limit(starts.length).toArray();
        long[] pads = new long[2 * s.shape(0).rank()];
        String gradient = s.dy();
        Extents shape = s.outputShape(0);
        for (int i = 0; i < axes.length; i++) {
            int axis = shape.axis(axes[i]);
            if (steps[i] == 1) {
                padsOf(s, axis, starts[i], pads);
            } else {
                long size = s.shape(0).size(axis);
                String picked = s.call(
                        "Slice",
                        AxisMap.identity(s, size, size, size),
                        s.longs(starts[i]),
                        s.longs(ends[i]),
                        s.longs(1),
                        s.longs(steps[i]));
                gradient = new AxisMap(axis, shape.size(axis), size, picked).apply(s, gradient, shape);
                shape = shape.with(axis, size);
            }
        }
        return padded(s, gradient, pads);
    }

    /** The zeros before and after a part that is cut out with step 1. */
    private static void padsOf(Step s, int axis, long start, long[] pads) {
        Extent whole = s.shape(0).dims().get(axis);
        Extent part = s.outputShape(0).dims().get(axis);
        long fixedStart = Math.max(0, start);
        if (start < 0) {
            fixedStart = Math.max(0, s.shape(0).size(axis) + start);
        }
        if (whole.perImage() != part.perImage()) {
            throw new UnsupportedOpException("what is cut off along dimension %d follows the batch".formatted(axis));
        }
        pads[axis] = Math.min(fixedStart, whole.perImage() == 0 ? whole.fixed() : Long.MAX_VALUE);
        pads[axis + s.shape(0).rank()] = whole.fixed() - part.fixed() - pads[axis];
    }

    /** With zeros added, or where pads are negative elements cut off, which Slice does faster than Pad (measured). */
    private static String padded(Step s, String value, long[] pads) {
        int rank = pads.length / 2;
        long[] axes = LongStream.range(0, rank)
                .filter(axis -> pads[(int) axis] != 0 || pads[(int) axis + rank] != 0)
                .toArray();
        if (axes.length == 0) {
            return value;
        }
        if (LongStream.of(pads).anyMatch(pad -> pad > 0)) {
            return s.call("Pad", value, s.longs(pads));
        }
        long[] starts = LongStream.of(axes).map(axis -> -pads[(int) axis]).toArray();
        long[] ends = LongStream.of(axes)
                .map(axis -> pads[(int) axis + rank] == 0 ? Long.MAX_VALUE : pads[(int) axis + rank])
                .toArray();
        return s.call("Slice", value, s.longs(starts), s.longs(ends), s.longs(axes));
    }

    // Pad

    private static long[] pads(Step s) {
        long[] given = s.known(1).longs();
        int rank = s.shape(0).rank();
        if (!s.node().hasInput(3)) {
            return given;
        }
        long[] axes = s.known(3).longs();
        long[] pads = new long[2 * rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = s.shape(0).axis(axes[i]);
            pads[axis] = given[i];
            pads[axis + rank] = given[i + axes.length];
        }
        return pads;
    }

    private static String pad(Step s) {
        long[] pads = pads(s);
        String mode = s.node().textAttribute("mode", "constant");
        if (mode.equals("constant")) {
            return padded(s, s.dy(), LongStream.of(pads).map(pad -> -pad).toArray());
        }
        String gradient = s.dy();
        Extents shape = s.outputShape(0);
        int rank = shape.rank();
        for (int axis = 0; axis < rank; axis++) {
            if (pads[axis] != 0 || pads[axis + rank] != 0) {
                long size = s.shape(0).size(axis);
                String picked = s.call(
                        "Pad",
                        Map.of("mode", Attribute.of(mode)),
                        AxisMap.identity(s, size, size, size),
                        s.longs(0, pads[axis], 0, pads[axis + rank]));
                gradient = new AxisMap(axis, shape.size(axis), size, picked).apply(s, gradient, shape);
                shape = shape.with(axis, size);
            }
        }
        return gradient;
    }

    /** The sum of dy over the padding. */
    private static String padValue(Step s) {
        Map<String, Attribute> toScalar = Map.of("keepdims", Attribute.of(0));
        String all = s.call("ReduceSum", toScalar, s.dy());
        String value = s.sub(all, s.call("ReduceSum", toScalar, pad(s)));
        return s.reshapedAs(value, s.node().input(2));
    }

    // Resize

    private static String resize(Step s) {
        if (s.node()
                .textAttribute("coordinate_transformation_mode", "half_pixel")
                .equals("tf_crop_and_resize")) {
            throw new UnsupportedOpException("coordinate_transformation_mode tf_crop_and_resize");
        }
        if (!s.node().textAttribute("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
            throw new UnsupportedOpException("keep_aspect_ratio_policy other than stretch");
        }
        Extents shape = s.outputShape(0);
        long[] axes =
                s.node().ints("axes").orElse(LongStream.range(0, shape.rank()).toArray());
        String gradient = s.dy();
        for (int i = 0; i < axes.length; i++) {
            int axis = shape.axis(axes[i]);
            if (changes(s, i, axis)) {
                long from = s.shape(0).size(axis);
                long to = shape.size(axis);
                String matrix = s.call("Reshape", resizedLine(s, i, from, to), s.longs(from, to));
                gradient = new AxisMap(axis, to, from, matrix).apply(s, gradient, shape);
                shape = shape.with(axis, from);
            }
        }
        return gradient;
    }

    private static boolean changes(Step s, int i, int axis) {
        return s.node().hasInput(2)
                ? s.known(2).floats()[i] != 1
                : !s.shape(0).dims().get(axis).equals(s.outputShape(0).dims().get(axis));
    }

    /** What the operator makes of an identity matrix [1, 1, from, from] along its last axis. */
    private static String resizedLine(Step s, int i, long from, long to) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(s.node().attributes());
        attributes.remove("axes");
        String line = AxisMap.identity(s, from, 1, 1, from, from);
        if (s.node().hasInput(2)) {
            float[] scales = {1, 1, 1, s.known(2).floats()[i]};
            return s.call("Resize", attributes, line, "", s.constant(Tensor.ofFloats(new long[] {4}, scales)));
        }
        return s.call("Resize", attributes, line, "", "", s.longs(1, 1, from, to));
    }
}
