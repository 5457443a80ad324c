package dev.assay.demo;

import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the nodes and constants of an ONNX graph and numbers their names. */
final class NetworkWriter {
    private static final long IR_VERSION = 8;
    static final long OPSET = 17;

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<String, Integer> used = new HashMap<>();

    /** An attribute of a node. */
    record Setting(String name, Attribute value) {}

    /** Adds a node and returns its output's name. */
    String add(String op, List<String> inputs, Setting... settings) {
        Node node = Node.of(op, inputs, fresh(op.toLowerCase(Locale.ROOT)));
        for (Setting setting : settings) {
            node = node.with(setting.name(), setting.value());
        }
        nodes.add(node);
        return node.output();
    }

    /** Adds a constant, which is copied, and returns its name. */
    String constant(String stem, float[] values, long... dims) {
        String name = fresh(stem);
        constants.put(name, Tensor.ofFloats(dims, values));
        return name;
    }

    private String fresh(String stem) {
        return stem + used.merge(stem, 1, Integer::sum);
    }

    /** The model from {@code input} {@code [N, 3, side, side]} to the last node's output, renamed {@code logits}. */
    Model finish(String name, String input, int side, int classes) {
        List<Node> renamed = new ArrayList<>(nodes);
        int last = renamed.size() - 1;
        renamed.set(last, renamed.get(last).withOutputs(List.of("logits")).named("logits"));
        Graph graph = new Graph(
                name,
                List.of(value(input, Dim.of(3), Dim.of(side), Dim.of(side))),
                List.of(value("logits", Dim.of(classes))),
                List.of(),
                renamed,
                constants);
        return new Model(IR_VERSION, Map.of(Node.ONNX, OPSET), graph, List.of(), Bytes.EMPTY);
    }

    private static Value value(String name, Dim... perImage) {
        List<Dim> dims = new ArrayList<>(List.of(Dim.named("N")));
        dims.addAll(Arrays.asList(perImage));
        return Value.of(name, DataType.FLOAT, new Shape(dims));
    }
}
