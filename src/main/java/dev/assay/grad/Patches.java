package dev.assay.grad;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The rows {@code [N, H', W', kH · kW · C]} of patches that a convolution lowered to a matrix product reads (im2col,
 * channels last), recognized in a graph by what its constants say: Transpose, perhaps Pad, Gather of pixels.
 *
 * @param image name of the image {@code [N, C, H, W]}
 * @param channels C
 * @param window how the convolution moves over it
 */
record Patches(String image, long channels, Window window) {
    private static final Window PIXEL =
            new Window(List.of(new Window.Axis(1, 1, 1, 0, 0), new Window.Axis(1, 1, 1, 0, 0)));

    /** Patches, if that is what a value holds. */
    static Optional<Patches> in(Forward forward, String rows) {
        Graph graph = forward.graph();
        Optional<Node> whole = graph.producer(rows).filter(Patches::bringsChannelsLast);
        if (whole.isPresent()) {
            String image = whole.get().input(0);
            return Optional.of(new Patches(image, forward.shape(image).size(1), PIXEL));
        }
        return graph.producer(rows)
                .filter(node -> node.is("Reshape"))
                .flatMap(node -> graph.producer(node.input(0)))
                .filter(node -> node.is("Gather") && node.intAttribute("axis", 0) == 1)
                .flatMap(gather -> gathered(forward, rows, gather));
    }

    private static boolean bringsChannelsLast(Node node) {
        return node.is("Transpose")
                && node.ints("perm")
                        .filter(perm -> Arrays.equals(perm, new long[] {0, 2, 3, 1}))
                        .isPresent();
    }

    private static Optional<Patches> gathered(Forward forward, String rows, Node gather) {
        Graph graph = forward.graph();
        Optional<Tensor> places = forward.constant(gather.input(1)).filter(indices -> indices.rank() == 4);
        Optional<Node> pixels = graph.producer(gather.input(0)).filter(node -> node.is("Reshape"));
        Optional<Node> before = pixels.flatMap(node -> graph.producer(node.input(0)));
        Optional<Node> pad = before.filter(node -> node.is("Pad"));
        Optional<Node> transpose = pad.flatMap(node -> graph.producer(node.input(0)))
                .or(() -> before)
                .filter(Patches::bringsChannelsLast);
        Optional<long[]> pads = pad.isEmpty() ? Optional.of(new long[4]) : pads(forward, pad.get());
        if (places.isEmpty() || transpose.isEmpty() || pads.isEmpty()) {
            return Optional.empty();
        }
        String image = transpose.get().input(0);
        long[] sizes = forward.shape(image).sizesFrom(1);
        long[] padded = {sizes[1] + pads.get()[0] + pads.get()[2], sizes[2] + pads.get()[1] + pads.get()[3]};
        long[] at = places.get().dims();
        boolean inOrder = hasSizes(forward, gather.input(0), padded[0] * padded[1], sizes[0])
                && hasSizes(forward, rows, at[0], at[1], at[2] * at[3] * sizes[0]);
        return inOrder
                ? window(places.get(), padded, pads.get()).map(window -> new Patches(image, sizes[0], window))
                : Optional.empty();
    }

    private static boolean hasSizes(Forward forward, String value, long... sizes) {
        Extents shape = forward.shape(value);
        return shape.rank() == sizes.length + 1 && Arrays.equals(shape.sizesFrom(1), sizes);
    }

    /** Top, left, bottom, right zeros around images with channels last; empty for another padding. */
    private static Optional<long[]> pads(Forward forward, Node pad) {
        boolean zeros = pad.textAttribute("mode", "constant").equals("constant")
                && !pad.hasInput(3)
                && (!pad.hasInput(2)
                        || forward.constant(pad.input(2))
                                .filter(value -> value.floats()[0] == 0)
                                .isPresent());
        return forward.constant(pad.input(1))
                .map(Tensor::longs)
                .filter(all -> zeros && all.length == 8 && all[0] == 0 && all[3] == 0 && all[4] == 0 && all[7] == 0)
                .map(all -> new long[] {all[1], all[2], all[5], all[6]});
    }

    /**
     * The window under which pixel {@code (i, j)} of the patch at {@code (y, x)} is the one that is gathered; empty if none.
     *
     * @param places numbers of pixels, {@code [H', W', kH, kW]}
     * @param padded height and width of the padded image
     */
    private static Optional<Window> window(Tensor places, long[] padded, long[] pads) {
        long[] at = places.longs();
        long[] pitch = {padded[1], 1};
        int[] extents = Arrays.stream(places.dims()).mapToInt(Math::toIntExact).toArray();
        int[] steps = {extents[1] * extents[2] * extents[3], extents[2] * extents[3], extents[3], 1};
        long[] distance = IntStream.range(0, 4)
                .mapToLong(axis -> extents[axis] > 1 ? at[steps[axis]] : pitch[axis % 2])
                .toArray();
        boolean regular = IntStream.range(0, at.length)
                .allMatch(i -> at[i]
                        == IntStream.range(0, 4)
                                .mapToLong(axis -> i / steps[axis] % extents[axis] * distance[axis])
                                .sum());
        List<Window.Axis> axes = IntStream.range(0, 2)
                .mapToObj(axis -> new Window.Axis(
                        extents[2 + axis],
                        distance[axis] / pitch[axis],
                        distance[2 + axis] / pitch[axis],
                        pads[axis],
                        pads[2 + axis]))
                .toList();
        boolean whole = IntStream.range(0, 2)
                .allMatch(axis -> distance[axis] % pitch[axis] == 0
                        && distance[2 + axis] % pitch[axis] == 0
                        && isAllOf(axes.get(axis), padded[axis], extents[axis]));
        return regular && whole ? Optional.of(new Window(axes)) : Optional.empty();
    }

    /** Whether a convolution would have so many outputs, no more and no fewer. */
    private static boolean isAllOf(Window.Axis axis, long padded, long outputs) {
        return axis.stride() > 0
                && axis.dilation() > 0
                && axis.covered(outputs) <= padded
                && axis.covered(outputs + 1) > padded;
    }

    /**
     * The convolution that a product of these rows with a matrix is.
     *
     * @param weights name of its weights {@code [M, C, kH, kW]}
     */
    Node convolution(String weights, String output) {
        return Node.of("Conv", List.of(image, weights), output)
                .with("kernel_shape", window.ints(Window.Axis::kernel))
                .with("strides", window.ints(Window.Axis::stride))
                .with("dilations", window.ints(Window.Axis::dilation))
                .with("pads", window.pads(Window.Axis::begin, Window.Axis::end));
    }

    /** A matrix {@code [kH · kW · C, M]} as weights of a convolution, {@code [M, C, kH, kW]}. */
    Tensor kernels(Tensor matrix) {
        int outputs = Math.toIntExact(matrix.dim(1));
        int depth = Math.toIntExact(channels);
        int places = Math.toIntExact(matrix.dim(0) / channels);
        float[] from = matrix.floats();
        float[] to = new float[from.length];
        for (int m = 0; m < outputs; m++) {
            for (int c = 0; c < depth; c++) {
                for (int place = 0; place < places; place++) {
                    to[(m * depth + c) * places + place] = from[(place * depth + c) * outputs + m];
                }
            }
        }
        long[] dims = {
            outputs,
            channels,
            window.axes().get(0).kernel(),
            window.axes().get(1).kernel()
        };
        return Tensor.ofFloats(dims, to);
    }
}
