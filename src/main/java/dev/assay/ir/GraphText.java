package dev.assay.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a graph as text for people and for tests. */
final class GraphText {
    /** Longer tensors show type and shape only. */
    private static final int LONGEST_SHOWN = 8;

    private final StringBuilder text = new StringBuilder();

    private GraphText() {}

    static String of(Graph graph) {
        GraphText writer = new GraphText();
        writer.graph(graph, "");
        return writer.text.toString();
    }

    private void graph(Graph graph, String indent) {
        line(indent, "(" + values(graph.inputs()) + ") -> (" + values(graph.outputs()) + ")");
        String inner = indent + "  ";
        graph.initializers().forEach((name, tensor) -> line(inner, name + " = " + tensor(tensor)));
        graph.sparseInitializers()
                .forEach((name, sparse) -> line(inner, name + " = sparse " + tensor(sparse.values())));
        graph.nodes().forEach(node -> node(node, inner));
    }

    private void node(Node node, String indent) {
        List<String> attributes = new ArrayList<>();
        node.attributes().forEach((name, attribute) -> {
            if (attribute.graphs().isEmpty()) {
                attributes.add(name + "=" + attribute.content());
            }
        });
        line(indent, node + (attributes.isEmpty() ? "" : " {" + String.join(", ", attributes) + "}"));
        node.attributes().forEach((name, attribute) -> {
            for (Graph graph : attribute.graphs()) {
                line(indent + "  ", name + ":");
                graph(graph, indent + "    ");
            }
        });
    }

    private void line(String indent, String line) {
        text.append(indent).append(line).append('\n');
    }

    private static String values(List<Value> values) {
        return values.stream()
                .map(value -> value.name()
                        + (value.type() == null ? "" : " " + value.type())
                        + (value.shape() == null ? "" : "[" + value.shape() + "]"))
                .collect(Collectors.joining(", "));
    }

    /** Type and shape, and the elements of a short FLOAT or INT64 tensor: {@code INT64[2] [1, -1]}. */
    static String tensor(Tensor tensor) {
        if (tensor.size() > LONGEST_SHOWN) {
            return tensor.toString();
        }
        return switch (tensor.type()) {
            case FLOAT -> tensor + " " + Arrays.toString(tensor.floats());
            case INT64 -> tensor + " " + Arrays.toString(tensor.longs());
            default -> tensor.toString();
        };
    }
}
