package dev.assay.inspect;

import dev.assay.ir.Function;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.onnx.Metadata;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The model that remarks are made about. */
record Subject(Model model, Metadata metadata) {
    private static final int NAMED = 3;

    Graph graph() {
        return model.graph();
    }

    /** The nodes of the main graph, of the graphs inside them, and of local functions. */
    Stream<Node> allNodes() {
        Stream<Node> functions = model.functions().stream().map(Function::nodes).flatMap(List::stream);
        return Stream.concat(graph().nodes().stream(), functions).flatMap(Subject::withSubgraphs);
    }

    private static Stream<Node> withSubgraphs(Node node) {
        return Stream.concat(
                Stream.of(node),
                node.subgraphs().stream()
                        .flatMap(graph -> graph.nodes().stream())
                        .flatMap(Subject::withSubgraphs));
    }

    /** The tensors that hold weights: initializers of the main graph with rank 1 or more. */
    Stream<Map.Entry<String, Tensor>> weights() {
        return graph().initializers().entrySet().stream()
                .filter(initializer -> initializer.getValue().rank() > 0);
    }

    /** The first few of many: {@code 5 (a, b, c, …)}. */
    static String some(List<String> names) {
        String more = names.size() > NAMED ? ", …" : "";
        return names.stream().limit(NAMED).collect(Collectors.joining(", ", names.size() + " (", more + ")"));
    }
}
