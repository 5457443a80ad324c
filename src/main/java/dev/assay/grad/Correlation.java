package dev.assay.grad;

import dev.assay.ir.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The gradient of a convolution's weight: a Conv in which kernel element and output change places, and with them stride
 * and dilation.
 */
final class Correlation {
    private Correlation() {}

    /**
     * The gradient of a weight {@code [M, C/group, k…]} through which {@code narrow [N, M, …]} reads
     * {@code wide [N, C, …]}: {@code narrow} is the kernel that is moved over {@code wide}, images being the channels of
     * both. The channels of {@code wide} lie last and count as part of the last axis, so that one row of the output holds
     * them all: up to three times as fast as taking them for images, and up to twice as fast as products of shifted
     * matrices (measured).
     */
    static String of(Step s, Window window, String wide, Extents wideShape, String narrow, Extents narrowShape) {
        Window exact = exact(window, wideShape, narrowShape);
        boolean isNegative = exact.axes().stream().anyMatch(axis -> axis.begin() < 0 || axis.end() < 0);
        int spatial = exact.axes().size();
        long group = s.node().intAttribute("group", 1);
        long channels = wideShape.size(1) / group;
        String rows = channelsLast(s, wide, wideShape, group);
        long[] dilations = exact.axes().stream().mapToLong(Window.Axis::stride).toArray();
        long[] strides = exact.axes().stream().mapToLong(Window.Axis::dilation).toArray();
        long[] pads = new long[2 * spatial];
        for (int i = 0; i < spatial && !isNegative; i++) {
            pads[i] = exact.axes().get(i).begin();
            pads[i + spatial] = exact.axes().get(i).end();
        }
        dilations[spatial - 1] *= channels;
        strides[spatial - 1] = 1;
        pads[spatial - 1] *= channels;
        pads[2 * spatial - 1] *= channels;
        Map<String, Attribute> attributes = Map.of(
                "group", Attribute.of(group),
                "kernel_shape", Attribute.ofLongs(narrowShape.sizesFrom(2)),
                "dilations", Attribute.ofLongs(dilations),
                "strides", Attribute.ofLongs(strides),
                "pads", Attribute.ofLongs(pads));
        long[] imagesSecond = LongStream.concat(LongStream.of(1, 0), LongStream.range(2, spatial + 2))
                .toArray();
        String product = s.call(
                "Conv",
                attributes,
                isNegative ? padded(s, inRows(exact, channels), rows) : rows,
                s.transposed(narrow, imagesSecond));
        return weight(s, exact, product, narrowShape.size(1), channels);
    }

    /**
     * The window with as much padding at the end as lets the kernel elements, and nothing else, come out; but along the
     * last axis as much as lets each be followed by the places that dilation leaves out.
     */
    private static Window exact(Window window, Extents wide, Extents narrow) {
        List<Window.Axis> axes = new ArrayList<>();
        for (int i = 0; i < window.axes().size(); i++) {
            Window.Axis axis = window.axes().get(i);
            long end = axis.covered(narrow.size(i + 2)) - wide.size(i + 2) - axis.begin();
            boolean isLast = i == window.axes().size() - 1;
            long after = isLast ? axis.dilation() - 1 : 0;
            axes.add(new Window.Axis(axis.kernel(), axis.stride(), axis.dilation(), axis.begin(), end + after));
        }
        return new Window(axes);
    }

    /** From {@code [N, C, …, L]} to {@code [1, group · N, …, L · C/group]}. */
    private static String channelsLast(Step s, String value, Extents shape, long group) {
        int spatial = shape.rank() - 2;
        long channels = shape.size(1) / group;
        long[] sizes = shape.sizesFrom(2);
        long[] joined =
                LongStream.concat(LongStream.of(1, -1), LongStream.of(sizes)).toArray();
        joined[spatial + 1] *= channels;
        if (group == 1) {
            // The move of one axis alone is what the runtime does fast (measured: less than half of the time).
            long[] moved = LongStream.concat(
                            LongStream.of(0), LongStream.concat(LongStream.range(2, spatial + 2), LongStream.of(1)))
                    .toArray();
            return s.call("Reshape", s.transposed(value, moved), s.longs(joined));
        }
        long[] split = LongStream.concat(LongStream.of(-1, group, channels), LongStream.of(sizes))
                .toArray();
        long[] permutation = LongStream.concat(
                        LongStream.of(1, 0), LongStream.concat(LongStream.range(3, spatial + 3), LongStream.of(2)))
                .toArray();
        return s.call("Reshape", s.transposed(s.call("Reshape", value, s.longs(split)), permutation), s.longs(joined));
    }

    /** From {@code [1, M, …, k · dilation · C/group]} to {@code [M, C/group, …, k]}. */
    private static String weight(Step s, Window window, String product, long filters, long channels) {
        int spatial = window.axes().size();
        long[] kernel = window.axes().stream().mapToLong(Window.Axis::kernel).toArray();
        long dilation = window.axes().get(spatial - 1).dilation();
        long[] split = LongStream.concat(
                        LongStream.concat(LongStream.of(filters), LongStream.of(kernel)),
                        LongStream.of(dilation, channels))
                .toArray();
        String places = s.call("Reshape", product, s.longs(split));
        long axis = spatial + 1L;
        String elements = dilation == 1 ? places : s.call("Slice", places, s.longs(0), s.longs(1), s.longs(axis));
        String channelsLast = s.call("Squeeze", elements, s.longs(axis));
        return s.transposed(
                channelsLast,
                LongStream.concat(LongStream.of(0, spatial + 1), LongStream.range(1, spatial + 1))
                        .toArray());
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

    /** The window's padding of rows in which every place has so many elements. */
    private static Window inRows(Window window, long elements) {
        List<Window.Axis> axes = new ArrayList<>(window.axes());
        Window.Axis last = axes.remove(axes.size() - 1);
        axes.add(new Window.Axis(
                last.kernel(), last.stride(), last.dilation(), last.begin() * elements, last.end() * elements));
        return new Window(axes);
    }
}
