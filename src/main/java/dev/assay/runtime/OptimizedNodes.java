package dev.assay.runtime;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The nodes of the optimized graph and of the graphs inside it, found by what a profile says of them. Each is found
 * once: of nodes that share name and operator, the first whose shapes fit.
 */
final class OptimizedNodes {
    /**
     * A node that an event is of.
     *
     * @param node the node
     * @param inSubgraph whether it lies in a graph inside the main graph
     * @param shapes of what it reads and writes, by name; empty where the event does not tell all of them
     */
    record Found(Node node, boolean inSubgraph, Map<String, List<Long>> shapes) {}

    private record Candidate(Node node, boolean inSubgraph, Function<String, Optional<Tensor>> constants) {}

    private final Map<String, List<Candidate>> candidates = new HashMap<>();

    private OptimizedNodes() {}

    /** The nodes in a file; none where there is no file. */
    static OptimizedNodes of(Path optimizedModel) {
        OptimizedNodes nodes = new OptimizedNodes();
        if (Files.exists(optimizedModel)) {
            Graph graph = OnnxReader.read(optimizedModel).graph();
            nodes.add(graph, graph::constant, false);
        }
        return nodes;
    }

    private void add(Graph graph, Function<String, Optional<Tensor>> constants, boolean inSubgraph) {
        for (Node node : graph.sorted()) {
            candidates
                    .computeIfAbsent(key(node.name(), node.op()), key -> new ArrayList<>())
                    .add(new Candidate(node, inSubgraph, constants));
        }
        for (Node node : graph.sorted()) {
            for (Graph inner : node.subgraphs()) {
                add(inner, value -> inner.isAssigned(value) ? inner.constant(value) : constants.apply(value), true);
            }
        }
    }

    private static String key(String name, String op) {
        return name + '#' + op;
    }

    /** The node that an event is of; empty where no node is left that it could be. */
    Optional<Found> take(ProfileEvent event) {
        List<Candidate> named = candidates.getOrDefault(key(event.name(), event.op()), List.of());
        List<Candidate> left =
                named.isEmpty() && event.isUnnamed() ? candidates.getOrDefault(key("", event.op()), List.of()) : named;
        for (Candidate candidate : left) {
            Map<String, List<Long>> shapes = shapes(candidate, event);
            if (!shapes.isEmpty()) {
                left.remove(candidate);
                return Optional.of(new Found(candidate.node(), candidate.inSubgraph(), shapes));
            }
        }
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of(left.remove(0)).map(first -> new Found(first.node(), first.inSubgraph(), Map.of()));
    }

    /** Inputs that are constants may be missing from the event: they were prepacked. */
    private static Map<String, List<Long>> shapes(Candidate candidate, ProfileEvent event) {
        Map<String, List<Long>> shapes = new HashMap<>();
        int next = 0;
        for (String input : names(candidate.node().inputs())) {
            List<Long> constant =
                    candidate.constants().apply(input).map(OptimizedNodes::dims).orElse(null);
            List<Long> listed =
                    next < event.inputs().size() ? event.inputs().get(next).dims() : null;
            if (listed != null && (constant == null || constant.equals(listed))) {
                shapes.put(input, listed);
                next++;
            } else if (constant != null) {
                shapes.put(input, constant);
            } else {
                return Map.of();
            }
        }
        List<String> outputs = names(candidate.node().outputs());
        if (next != event.inputs().size() || outputs.size() != event.outputs().size()) {
            return Map.of();
        }
        for (int i = 0; i < outputs.size(); i++) {
            shapes.put(outputs.get(i), event.outputs().get(i).dims());
        }
        return shapes;
    }

    private static List<String> names(List<String> values) {
        return values.stream().filter(value -> !value.isEmpty()).toList();
    }

    private static List<Long> dims(Tensor tensor) {
        return Arrays.stream(tensor.dims()).boxed().toList();
    }
}
