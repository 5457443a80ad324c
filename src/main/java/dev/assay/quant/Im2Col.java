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
 * The patches that a convolution looks at, as rows of a matrix: the image with channels last, shifted once for each
 * place of the kernel, all shifts side by side. Shape {@code [N, H', W', kH · kW · C]}.
 *
 * @param node the Conv
 * @param kernel {@code kH, kW}
 * @param strides along height and width
 * @param dilations along height and width
 * @param padding top, left, bottom, right
 * @param output {@code H', W'} as observed
 */
record Im2Col(
        Node node, List<Long> kernel, List<Long> strides, List<Long> dilations, List<Long> padding, List<Long> output) {
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
        return new Im2Col(node, kernel, strides, dilations, padding, List.of(out[2], out[3]));
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
        if (padding.stream().anyMatch(pad -> pad != 0)) {
            image = padded(nodes, edit, image);
        }
        List<String> shifts = new ArrayList<>();
        for (long y = 0; y < kernel.get(0); y++) {
            for (long x = 0; x < kernel.get(1); x++) {
                shifts.add(shifted(nodes, edit, image, y * dilations.get(0), x * dilations.get(1)));
            }
        }
        return shifts.size() == 1 ? shifts.get(0) : sideBySide(nodes, edit, shifts);
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

    private String shifted(List<Node> nodes, GraphEditor edit, String image, long top, long left) {
        long bottom = top + (output.get(0) - 1) * strides.get(0) + 1;
        long right = left + (output.get(1) - 1) * strides.get(1) + 1;
        List<String> inputs = List.of(
                image,
                edit.addConstant(node.output() + "/starts", Tensor.vector(top, left)),
                edit.addConstant(node.output() + "/ends", Tensor.vector(bottom, right)),
                edit.addConstant(node.output() + "/axes", Tensor.vector(1, 2)),
                edit.addConstant(node.output() + "/steps", Tensor.vector(strides.get(0), strides.get(1))));
        return add(nodes, edit, "shifted", name -> Node.of("Slice", inputs, name));
    }

    private String sideBySide(List<Node> nodes, GraphEditor edit, List<String> shifts) {
        return add(
                nodes, edit, "patches", name -> Node.of("Concat", shifts, name).with("axis", Attribute.of(3)));
    }

    private String add(List<Node> nodes, GraphEditor edit, String what, Function<String, Node> make) {
        String name = edit.freshName(node.output() + "/" + what);
        nodes.add(make.apply(name));
        return name;
    }
}
