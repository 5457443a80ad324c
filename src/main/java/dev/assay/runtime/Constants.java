package dev.assay.runtime;

import dev.assay.ir.Bytes;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The values of a graph that depend on no input, as the runtime computes them. */
public final class Constants {
    private static final Set<String> RANDOM = Set.of(
            "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial");

    private Constants() {}

    /**
     * Initializers, and what nodes compute from initializers alone where anything that follows an input reads it, or it
     * is an output. Values of types that Java has no buffer for, such as INT4, appear only where they are initializers.
     *
     * @param place the model's name in error messages
     * @throws dev.assay.SessionException if ONNX Runtime cannot compute them
     */
    public static Map<String, Tensor> of(Model model, String place) {
        Graph graph = model.graph();
        Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
        List<Node> constantNodes = constantNodes(graph);
        List<Value> wanted = read(graph, constantNodes);
        if (!wanted.isEmpty()) {
            constants.putAll(run(model, place, constantNodes, wanted));
        }
        return constants;
    }

    private static List<Node> constantNodes(Graph graph) {
        Set<String> known = new HashSet<>(graph.initializers().keySet());
        known.addAll(graph.sparseInitializers().keySet());
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.sorted()) {
            if (known.containsAll(Graph.reads(node)) && !RANDOM.contains(node.op())) {
                nodes.add(node);
                known.addAll(node.outputs());
            }
        }
        return nodes;
    }

    /** The outputs of constant nodes that other nodes read, or that leave the graph. */
    private static List<Value> read(Graph graph, List<Node> constantNodes) {
        Set<Node> constant = new HashSet<>(constantNodes);
        return constantNodes.stream()
                .flatMap(node -> node.outputs().stream())
                .filter(output -> graph.isOutput(output)
                        || graph.consumers(output).stream().anyMatch(reader -> !constant.contains(reader)))
                .map(output -> new Value(output, null, null, Bytes.EMPTY))
                .toList();
    }

    private static Map<String, Tensor> run(Model model, String place, List<Node> nodes, List<Value> wanted) {
        Graph graph = model.graph();
        Set<String> reads = new LinkedHashSet<>();
        nodes.forEach(node -> reads.addAll(Graph.reads(node)));
        Map<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
        initializers.keySet().retainAll(reads);
        Graph constantPart = new Graph(
                graph.name(),
                List.of(),
                wanted,
                List.of(),
                nodes,
                initializers,
                graph.sparseInitializers(),
                none -> false,
                Bytes.EMPTY);
        SessionSpec spec = SessionSpec.cpu(1).at(Optimization.NONE);
        try (Session session = Session.open(OnnxWriter.toBytes(model.withGraph(constantPart)), place, spec)) {
            return session.run(Map.of(), wanted.stream().map(Value::name).toList());
        }
    }
}
