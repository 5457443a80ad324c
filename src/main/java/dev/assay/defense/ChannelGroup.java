package dev.assay.defense;

import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.onnx.OnnxWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Channels that can be pruned in an artifact as it is: those of a convolution and, where it adds to a sum of branches, of
 * all convolutions that add to it.
 *
 * <p>A pruned channel's weights stand for zero: integers at their zero point, floats at 0; its bias, wherever it is added,
 * and its scale and shift in a BatchNormalization are 0. So it is exactly what it would be at zero, and every node stays.
 *
 * @param model the artifact
 * @param convolutions that write the channels, in order of execution
 * @param channels how many there are
 * @param constants what is silenced in a pruned channel
 * @param value where the channels can be read, the last before they are pooled or multiplied
 * @param axis of the channels there
 */
record ChannelGroup(
        Model model, List<Node> convolutions, int channels, List<SilencedConstant> constants, String value, int axis) {
    ChannelGroup {
        convolutions = List.copyOf(convolutions);
        constants = List.copyOf(constants);
    }

    /** The artifact's file without the channels that are marked. */
    byte[] without(boolean[] pruned) {
        GraphEditor edit = model.graph().edit();
        Map<Node, List<String>> inputs = new LinkedHashMap<>();
        for (SilencedConstant constant : constants) {
            Node reader = constant.reader();
            inputs.computeIfAbsent(reader, node -> new ArrayList<>(node.inputs()))
                    .set(constant.input(), edit.addConstant(reader.input(constant.input()), constant.without(pruned)));
        }
        inputs.forEach((node, names) -> edit.replace(node, List.of(node.withInputs(names))));
        return OnnxWriter.toBytes(model.withGraph(edit.commit()));
    }
}
