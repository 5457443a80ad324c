package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How a convolution or pooling moves over its input, one entry a spatial axis, padding made explicit.
 */
record Window(List<Axis> axes) {
    /**
     * One spatial axis.
     *
     * @param kernel elements of the kernel
     * @param stride from one output to the next
     * @param dilation from one kernel element to the next
     * @param begin padding before the first element
     * @param end padding after the last
     */
    record Axis(long kernel, long stride, long dilation, long begin, long end) {
        /** From the first element that the kernel covers to the last. */
        long reach() {
            return (kernel - 1) * dilation;
        }

        /** Input elements, padding included, that {@code outputs} outputs cover. */
        long covered(long outputs) {
            return (outputs - 1) * stride + reach() + 1;
        }
    }

    Window {
        axes = List.copyOf(axes);
    }

    /**
     * The window of a node with the attributes {@code strides}, {@code dilations}, {@code pads} and {@code auto_pad}.
     *
     * @param x shape of its input, {@code [N, C, …]}
     * @param y shape of its output, {@code [N, M, …]}
     * @param kernel sizes of the spatial axes
     */
    static Window of(Node node, Extents x, Extents y, long[] kernel) {
        int spatial = kernel.length;
        long[] ones = LongStream.generate(() -> 1).limit(spatial).toArray();
        long[] strides = node.ints("strides").orElse(ones);
        long[] dilations = node.ints("dilations").orElse(ones);
        long[] pads = node.ints("pads").orElse(new long[2 * spatial]);
        String autoPad = node.textAttribute("auto_pad", "NOTSET");
        List<Axis> axes = new ArrayList<>();
        for (int i = 0; i < spatial; i++) {
            Axis bare = new Axis(kernel[i], strides[i], dilations[i], 0, 0);
            axes.add(
                    switch (autoPad) {
                        case "VALID" -> bare;
                        case "SAME_UPPER", "SAME_LOWER" ->
                            same(bare, x.size(i + 2), y.size(i + 2), autoPad.equals("SAME_UPPER"));
                        default -> new Axis(kernel[i], strides[i], dilations[i], pads[i], pads[i + spatial]);
                    });
        }
        return new Window(axes);
    }

    /**
     * The window of a ConvTranspose: how the Conv that leads from its output back to its input moves.
     *
     * @param x shape of its input, {@code [N, C, …]}
     * @param y shape of its output, {@code [N, M, …]}
     * @param kernel sizes of the spatial axes
     */
    static Window ofTranspose(Node node, Extents x, Extents y, long[] kernel) {
        int spatial = kernel.length;
        Window bare = of(node.without("auto_pad"), x, y, kernel);
        boolean explicit = node.ints("output_shape").isEmpty()
                && !node.textAttribute("auto_pad", "NOTSET").startsWith("SAME");
        boolean moreAtEnd = node.textAttribute("auto_pad", "NOTSET").equals("SAME_UPPER");
        List<Axis> axes = new ArrayList<>();
        for (int i = 0; i < spatial; i++) {
            Axis axis = bare.axes().get(i);
            long total = axis.covered(x.size(i + 2)) - y.size(i + 2);
            long begin = explicit ? axis.begin() : Math.max(0, moreAtEnd ? total / 2 : total - total / 2);
            axes.add(new Axis(axis.kernel(), axis.stride(), axis.dilation(), begin, total - begin));
        }
        return new Window(axes);
    }

    private static Axis same(Axis bare, long input, long output, boolean moreAtEnd) {
        long total = Math.max(0, bare.covered(output) - input);
        long less = total / 2;
        long begin = moreAtEnd ? less : total - less;
        return new Axis(bare.kernel(), bare.stride(), bare.dilation(), begin, total - begin);
    }

    boolean hasUnitStrides() {
        return axes.stream().allMatch(axis -> axis.stride() == 1);
    }

    /** One attribute value an axis. */
    Attribute ints(ToLongFunction<Axis> each) {
        return Attribute.ofLongs(axes.stream().mapToLong(each).toArray());
    }

    /** Pads as ONNX writes them: all beginnings, then all ends. */
    Attribute pads(ToLongFunction<Axis> begin, ToLongFunction<Axis> end) {
        return Attribute.ofLongs(Stream.of(begin, end)
                .flatMapToLong(side -> axes.stream().mapToLong(side))
                .toArray());
    }
}
