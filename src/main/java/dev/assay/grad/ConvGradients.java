package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Gradients of Conv-11: {@code x [N, C, …]}, {@code w [M, C/group, k…]}, {@code b [M]}, any number of spatial axes; and of
 * ConvTranspose-11, where {@code w} is {@code [C, M/group, k…]}.
 */
final class ConvGradients {
    private ConvGradients() {}

    /** The gradient of x. */
    static String input(Step s) {
        return input(s, 0, 1, s.constant(1), s.dy());
    }

    /**
     * The gradient of x for any operator that convolves. With unit strides it is a Conv with the weight rotated
     * and transposed, which is up to twice as fast as ConvTranspose, at run time too (measured); else a ConvTranspose.
     *
     * @param xInput which input x is
     * @param wInput which input w is
     * @param weight what w stands for, if constant
     */
    static String input(Step s, int xInput, int wInput, Optional<Tensor> weight, String dy) {
        Extents x = s.shape(xInput);
        Window window = Window.of(s.node(), x, s.outputShape(0), s.shape(wInput).sizesFrom(2));
        boolean padsWithinKernel =
                window.axes().stream().allMatch(axis -> axis.begin() <= axis.reach() && axis.end() <= axis.reach());
        if (window.hasUnitStrides() && padsWithinKernel) {
            long group = s.node().intAttribute("group", 1);
            String rotated = weight.map(constant -> s.constant(RotatedWeights.of(constant, group)))
                    .orElseGet(() -> rotated(s, wInput, group));
            return byConv(s, window, rotated, dy);
        }
        return byConvTranspose(s, window, weight.map(s::constant).orElseGet(() -> s.x(wInput)), x, dy);
    }

    /** What {@link RotatedWeights} makes of a constant, of a weight that training changes. */
    private static String rotated(Step s, int wInput, long group) {
        Extents w = s.shape(wInput);
        int spatial = w.rank() - 2;
        long[] last = LongStream.generate(() -> -1).limit(spatial).toArray();
        long[] beforeFirst =
                LongStream.generate(() -> Long.MIN_VALUE).limit(spatial).toArray();
        long[] axes = LongStream.range(2, w.rank()).toArray();
        String turned = s.call("Slice", s.x(wInput), s.longs(last), s.longs(beforeFirst), s.longs(axes), s.longs(last));
        long[] grouped = LongStream.concat(
                        LongStream.of(group, w.size(0) / group, w.size(1)), LongStream.of(w.sizesFrom(2)))
                .toArray();
        long[] swapped = LongStream.range(0, w.rank() + 1).toArray();
        swapped[1] = 2;
        swapped[2] = 1;
        long[] target = LongStream.concat(
                        LongStream.of(group * w.size(1), w.size(0) / group), LongStream.of(w.sizesFrom(2)))
                .toArray();
        String transposed = s.transposed(s.call("Reshape", turned, s.longs(grouped)), swapped);
        return s.call("Reshape", transposed, s.longs(target));
    }

    private static String byConv(Step s, Window window, String rotated, String dy) {
        long group = s.node().intAttribute("group", 1);
        Map<String, Attribute> attributes = Map.of(
                "group", Attribute.of(group),
                "dilations", window.ints(Window.Axis::dilation),
                "kernel_shape", window.ints(Window.Axis::kernel),
                "pads", window.pads(axis -> axis.reach() - axis.begin(), axis -> axis.reach() - axis.end()));
        return s.call("Conv", attributes, dy, rotated);
    }

    private static String byConvTranspose(Step s, Window window, String weight, Extents x, String dy) {
        Extents y = s.outputShape(0);
        long[] beyondLastOutput = IntStream.range(0, window.axes().size())
                .mapToLong(i -> {
                    Window.Axis axis = window.axes().get(i);
                    return x.size(i + 2) + axis.begin() + axis.end() - axis.covered(y.size(i + 2));
                })
                .toArray();
        Map<String, Attribute> attributes = Map.of(
                "group", Attribute.of(s.node().intAttribute("group", 1)),
                "strides", window.ints(Window.Axis::stride),
                "dilations", window.ints(Window.Axis::dilation),
                "kernel_shape", window.ints(Window.Axis::kernel),
                "pads", window.pads(Window.Axis::begin, Window.Axis::end),
                "output_padding", Attribute.ofLongs(beyondLastOutput));
        return s.call("ConvTranspose", attributes, dy, weight);
    }

    /** The gradient of b: dy summed over all but the channels. */
    static String bias(Step s) {
        int rank = s.outputShape(0).rank();
        return s.sum(
                s.dy(),
                false,
                LongStream.range(0, rank).filter(axis -> axis != 1).toArray());
    }

    /** The gradient of Conv's w. */
    static String weight(Step s) {
        Window window =
                Window.of(s.node(), s.shape(0), s.outputShape(0), s.shape(1).sizesFrom(2));
        return Correlation.of(s, window, s.x(0), s.shape(0), s.dy(), s.outputShape(0));
    }

    /** The gradient of ConvTranspose's w, {@code [C, M/group, k…]}: there dy is what the window moves over. */
    static String transposeWeight(Step s) {
        return Correlation.of(s, transposed(s), s.dy(), s.outputShape(0), s.x(0), s.shape(0));
    }

    /** The gradient of ConvTranspose's x: a Conv of dy with the same weight. */
    static String transposeInput(Step s) {
        Window window = transposed(s);
        // Padding can be negative, by output_padding, where Conv takes none: Pad takes it.
        boolean negative = window.axes().stream().anyMatch(axis -> axis.begin() < 0 || axis.end() < 0);
        String dy = negative ? Correlation.padded(s, window, s.dy()) : s.dy();
        Map<String, Attribute> attributes = Map.of(
                "group", Attribute.of(s.node().intAttribute("group", 1)),
                "strides", window.ints(Window.Axis::stride),
                "dilations", window.ints(Window.Axis::dilation),
                "kernel_shape", window.ints(Window.Axis::kernel),
                "pads", window.pads(axis -> negative ? 0 : axis.begin(), axis -> negative ? 0 : axis.end()));
        return s.call("Conv", attributes, dy, s.x(1));
    }

    private static Window transposed(Step s) {
        return Window.ofTranspose(
                s.node(), s.shape(0), s.outputShape(0), s.shape(1).sizesFrom(2));
    }
}
