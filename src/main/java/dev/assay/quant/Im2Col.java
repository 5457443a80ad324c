package dev.assay.quant;

import dev.assay.ir.Attribute;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The patches that a convolution looks at, as rows of a matrix: for each pixel of the output the pixels under the kernel,
 * side by side, channels last. Shape {@code [N, H', W', kH · kW · C]}.
 *
 * @param node the Conv
 * @param kernel {@code kH, kW}
 * @param strides along height and width
 * @param dilations along height and width
 * @param padding top, left, bottom, right
 * @param input {@code C, H, W} as observed
 * @param output {@code H', W'} as observed
 */
record Im2Col(
        Node node,
        List<Long> kernel,
        List<Long> strides,
        List<Long> dilations,
        List<Long> padding,
        List<Long> input,
        List<Long> output) {
    static Im2Col of(Node node, Tensor weights, Observation observation) {
        long[] in = observation.of(node.input(0)).orElseThrow().shapeAt(1);
        long[] out = observation.of(node.output()).orElseThrow().shapeAt(1);
        List<Long> kernel = List.of(weights.dim(2), weights.dim(3));
        List<Long> strides = pair(node, "strides");
        List<Long> dilations = pair(node, "dilations");
        List<Long> padding = new ArrayList<>(List.of(0L, 0L, 0L, 0L));
        for (int axis = 0; axis < 2; axis++) {
            long reach = (out[2 + axis] - 1) * strides.get(axis) + (kernel.get(axis) - 1) * dilations.get(axis) + 1;
            long total = Math.max(0, reach - in[2 + axis]);
            padding.set(axis, before(node, axis, total));
            padding.set(2 + axis, total - padding.get(axis));
        }
        return new Im2Col(
                node, kernel, strides, dilations, padding, List.of(in[1], in[2], in[3]), List.of(out[2], out[3]));
    }

    private static List<Long> pair(Node node, String attribute) {
        long[] values = node.ints(attribute).orElse(new long[] {1, 1});
        return List.of(values[0], values[1]);
    }

    /** Padding before an axis: as given, or half of what is missing, the odd one where auto_pad says. */
    private static long before(Node node, int axis, long total) {
        return switch (node.textAttribute("auto_pad", "NOTSET")) {
            case "SAME_UPPER" -> total / 2;
            case "SAME_LOWER" -> (total + 1) / 2;
            case "VALID" -> 0;
            default -> node.ints("pads").map(pads -> pads[axis]).orElse(0L);
        };
    }

    /** Adds the nodes; returns the name of the result. */
    String write(List<Node> nodes, GraphEditor edit) {
        String image = transposed(nodes, edit);
        boolean padded = padding.stream().anyMatch(pad -> pad != 0);
        if (padded) {
            image = padded(nodes, edit, image);
        }
        boolean everyPixel = kernel.equals(List.of(1L, 1L)) && strides.equals(List.of(1L, 1L)) && !padded;
        return everyPixel ? image : gathered(nodes, edit, image);
    }

    private String transposed(List<Node> nodes, GraphEditor edit) {
        return add(nodes, edit, "image", name -> Node.of("Transpose", List.of(node.input(0)), name)
                .with("perm", Attribute.ofLongs(0, 2, 3, 1)));
    }

    private String padded(List<Node> nodes, GraphEditor edit, String image) {
        Tensor pads = Tensor.vector(0, padding.get(0), padding.get(1), 0, 0, padding.get(2), padding.get(3), 0);
        String constant = edit.addConstant(node.output() + "/pads", pads);
        return add(nodes, edit, "padded", name -> Node.of("Pad", List.of(image, constant), name));
    }

    /**
     * One Gather of pixels, whose channels lie together: Slice for each place of the kernel and Concat move every element
     * twice and take about twice as long (measured on 1.30.0).
     */
    private String gathered(List<Node> nodes, GraphEditor edit, String image) {
        String pixels = reshaped(nodes, edit, "pixels", image, Tensor.vector(0, -1, input.get(0)));
        String places = add(
                nodes,
                edit,
                "places",
                name -> Node.of(
                        "Add",
                        List.of(
                                edit.addConstant(node.output() + "/rows", rows()),
                                edit.addConstant(node.output() + "/columns", columns())),
                        name));
        String gathered = add(nodes, edit, "gathered", name -> Node.of("Gather", List.of(pixels, places), name)
                .with("axis", Attribute.of(1)));
        return reshaped(
                nodes,
                edit,
                "patches",
                gathered,
                Tensor.vector(0, output.get(0), output.get(1), kernel.get(0) * kernel.get(1) * input.get(0)));
    }

    /** Where in the padded image the rows of a patch start, for each row of the output and of the kernel. */
    private Tensor rows() {
        int height = output.get(0).intValue();
        int width = Math.toIntExact(input.get(2) + padding.get(1) + padding.get(3));
        return Tensor.ofInts(new long[] {height, 1, kernel.get(0), 1}, starts(0, height, width));
    }

    private Tensor columns() {
        int width = output.get(1).intValue();
        return Tensor.ofInts(new long[] {1, width, 1, kernel.get(1)}, starts(1, width, 1));
    }

    private int[] starts(int axis, int extent, int pitch) {
        int places = kernel.get(axis).intValue();
        int[] starts = new int[extent * places];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = (int) (i / places * strides.get(axis) + i % places * dilations.get(axis)) * pitch;
        }
        return starts;
    }

    private String reshaped(List<Node> nodes, GraphEditor edit, String what, String value, Tensor shape) {
        String constant = edit.addConstant(node.output() + "/shape", shape);
        return add(nodes, edit, what, name -> Node.of("Reshape", List.of(value, constant), name));
    }

    private String add(List<Node> nodes, GraphEditor edit, String what, Function<String, Node> make) {
        String name = edit.freshName(node.output() + "/" + what);
        nodes.add(make.apply(name));
        return name;
    }
}
