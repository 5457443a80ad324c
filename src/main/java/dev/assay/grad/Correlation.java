package dev.assay.grad;

import dev.assay.ir.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The gradient of a convolution's weight. */
final class Correlation {
    private Correlation() {}

    /**
     * The gradient of a weight {@code [M, C/group, k…]} through which {@code narrow [N, M, …]} reads
     * {@code wide [N, C, …]}.
     */
    static String of(Step s, Window window, String wide, Extents wideShape, String narrow, Extents narrowShape) {
        Window.Axis last = window.axes().get(window.axes().size() - 1);
        boolean isPlain = s.node().intAttribute("group", 1) == 1 && last.dilation() == 1;
        return isPlain
                ? byConv(s, window, wide, wideShape, narrow, narrowShape)
                : byProducts(s, window, wide, wideShape, narrow, narrowShape);
    }

    /**
     * One Conv that {@code narrow}, its kernel, is moved over {@code wide} by, images being its channels: kernel element
     * and output change places, and so do stride and dilation. With the channels of {@code wide} last and taken as part
     * of the last axis, one output row holds all of them, which is up to three times as fast as a Conv that takes them
     * for images, and up to twice as fast as {@link #byProducts} (measured).
     */
    private static String byConv(
            Step s, Window window, String wide, Extents wideShape, String narrow, Extents narrowShape) {
        int spatial = window.axes().size();
        int last = spatial - 1;
        long channels = wideShape.size(1);
        Window trimmed = trimmed(window, wideShape, narrowShape);
        boolean isNegative = trimmed.axes().stream().anyMatch(axis -> axis.begin() < 0 || axis.end() < 0);
        String source = isNegative ? padded(s, trimmed, wide) : wide;
        Extents sourceShape = isNegative ? paddedShape(trimmed, wideShape) : wideShape;
        long[] rows = LongStream.concat(LongStream.of(1, -1), LongStream.of(sourceShape.sizesFrom(2)))
                .toArray();
        rows[last + 2] *= channels;
        String images = s.call("Reshape", s.transposed(source, channelsLast(spatial)), s.longs(rows));
        String kernel = s.transposed(narrow, firstTwoSwapped(spatial));
        long[] kernelSizes = narrowShape.sizesFrom(2);
        long[] dilations =
                trimmed.axes().stream().mapToLong(Window.Axis::stride).toArray();
        long[] pads = new long[2 * spatial];
        for (int i = 0; i < spatial && !isNegative; i++) {
            pads[i] = trimmed.axes().get(i).begin();
            pads[i + spatial] = trimmed.axes().get(i).end();
        }
        dilations[last] *= channels;
        pads[last] *= channels;
        pads[last + spatial] *= channels;
        Map<String, Attribute> attributes = Map.of(
                "kernel_shape", Attribute.ofLongs(kernelSizes),
                "dilations", Attribute.ofLongs(dilations),
                "strides", trimmed.ints(Window.Axis::dilation),
                "pads", Attribute.ofLongs(pads));
        String product = s.call("Conv", attributes, images, kernel);
        long[] target = new long[spatial + 2];
        target[0] = narrowShape.size(1);
        for (int i = 0; i < spatial; i++) {
            target[i + 1] = window.axes().get(i).kernel();
        }
        target[spatial + 1] = channels;
        return s.transposed(s.call("Reshape", product, s.longs(target)), channelsSecond(spatial));
    }

    /** The window without what is left over behind its last place. */
    private static Window trimmed(Window window, Extents wide, Extents narrow) {
        List<Window.Axis> axes = new ArrayList<>();
        for (int i = 0; i < window.axes().size(); i++) {
            Window.Axis axis = window.axes().get(i);
            long end = axis.covered(narrow.size(i + 2)) - wide.size(i + 2) - axis.begin();
            axes.add(new Window.Axis(axis.kernel(), axis.stride(), axis.dilation(), axis.begin(), end));
        }
        return new Window(axes);
    }

    private static long[] channelsLast(int spatial) {
        return LongStream.concat(
                        LongStream.of(0), LongStream.concat(LongStream.range(2, spatial + 2), LongStream.of(1)))
                .toArray();
    }

    private static long[] channelsSecond(int spatial) {
        return LongStream.concat(LongStream.of(0, spatial + 1), LongStream.range(1, spatial + 1))
                .toArray();
    }

    private static long[] firstTwoSwapped(int spatial) {
        return LongStream.concat(LongStream.of(1, 0), LongStream.range(2, spatial + 2))
                .toArray();
    }

    /**
     * For each kernel element the product of what it read, cut out of {@code wide} with the channels last, and
     * {@code narrow}.
     */
    private static String byProducts(
            Step s, Window window, String wide, Extents wideShape, String narrow, Extents narrowShape) {
        long group = s.node().intAttribute("group", 1);
        int spatial = window.axes().size();
        String left = grouped(s, narrow, narrowShape, group, true);
        String rows = s.call("Reshape", left, s.longs(group, narrowShape.size(1) / group, -1));
        String right = grouped(s, padded(s, window, wide), paddedShape(window, wideShape), group, false);
        List<String> products = new ArrayList<>();
        for (long[] offset : window.offsets()) {
            String cut = cut(s, window, right, offset, paddedShape(window, wideShape), narrowShape);
            String columns = s.call("Reshape", cut, s.longs(group, -1, wideShape.size(1) / group));
            products.add(s.call("Unsqueeze", s.call("MatMul", rows, columns), s.longs(3)));
        }
        String joined = products.size() == 1
                ? products.get(0)
                : s.call("Concat", Map.of("axis", Attribute.of(3)), products.toArray(String[]::new));
        long[] target = new long[spatial + 2];
        target[0] = narrowShape.size(1);
        target[1] = wideShape.size(1) / group;
        for (int i = 0; i < spatial; i++) {
            target[i + 2] = window.axes().get(i).kernel();
        }
        return s.call("Reshape", joined, s.longs(target));
    }

    /** With the window's padding written out, which may be negative. */
    static String padded(Step s, Window window, String value) {
        if (window.axes().stream().allMatch(axis -> axis.begin() == 0 && axis.end() == 0)) {
            return value;
        }
        LongStream begins =
                LongStream.concat(LongStream.of(0, 0), window.axes().stream().mapToLong(Window.Axis::begin));
        LongStream ends =
                LongStream.concat(LongStream.of(0, 0), window.axes().stream().mapToLong(Window.Axis::end));
        return s.call("Pad", value, s.longs(LongStream.concat(begins, ends).toArray()));
    }

    private static Extents paddedShape(Window window, Extents shape) {
        Extents padded = shape;
        for (int i = 0; i < window.axes().size(); i++) {
            Window.Axis axis = window.axes().get(i);
            padded = padded.with(i + 2, shape.size(i + 2) + axis.begin() + axis.end());
        }
        return padded;
    }

    /** From {@code [N, C, …]} to {@code [group, C/group, N, …]} or, channels last, {@code [group, N, …, C/group]}. */
    private static String grouped(Step s, String value, Extents shape, long group, boolean channelsFirst) {
        int spatial = shape.rank() - 2;
        long[] target = new long[spatial + 3];
        target[0] = -1;
        target[1] = group;
        target[2] = shape.size(1) / group;
        LongStream pixels = LongStream.range(3, spatial + 3);
        for (int i = 0; i < spatial; i++) {
            target[i + 3] = shape.size(i + 2);
        }
        long[] permutation = channelsFirst
                ? LongStream.concat(LongStream.of(1, 2, 0), pixels).toArray()
                : LongStream.concat(LongStream.concat(LongStream.of(1, 0), pixels), LongStream.of(2))
                        .toArray();
        return s.transposed(s.call("Reshape", value, s.longs(target)), permutation);
    }

    /** What the kernel element at {@code offset} reads, out of {@code [group, N, …, C/group]}. */
    private static String cut(Step s, Window window, String value, long[] offset, Extents padded, Extents outputs) {
        int spatial = offset.length;
        long[] ends = new long[spatial];
        boolean whole = window.hasUnitStrides();
        for (int i = 0; i < spatial; i++) {
            ends[i] =
                    offset[i] + (outputs.size(i + 2) - 1) * window.axes().get(i).stride() + 1;
            whole &= offset[i] == 0 && ends[i] == padded.size(i + 2);
        }
        if (whole) {
            return value;
        }
        long[] strides = window.axes().stream().mapToLong(Window.Axis::stride).toArray();
        long[] axes = LongStream.range(2, spatial + 2).toArray();
        return s.call("Slice", value, s.longs(offset), s.longs(ends), s.longs(axes), s.longs(strides));
    }
}
