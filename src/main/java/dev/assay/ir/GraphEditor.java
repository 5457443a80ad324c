package dev.assay.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Collects edits of a graph and makes the new one on {@link #commit()}, which checks it as any graph is checked.
 *
 * <p>Not thread-safe; use once.
 */
public final class GraphEditor {
    private final Graph graph;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final Map<String, Tensor> initializers;
    private final IdentityHashMap<Node, List<Node>> replacements = new IdentityHashMap<>();
    private final List<Node> added = new ArrayList<>();
    private final Set<String> taken = new HashSet<>();
    private boolean declaredValuesHold = true;

    GraphEditor(Graph graph) {
        this.graph = graph;
        this.inputs = new ArrayList<>(graph.inputs());
        this.outputs = new ArrayList<>(graph.outputs());
        this.initializers = new LinkedHashMap<>(graph.initializers());
        take(graph);
    }

    private void take(Graph scope) {
        taken.addAll(scope.initializers().keySet());
        taken.addAll(scope.sparseInitializers().keySet());
        scope.inputs().forEach(input -> taken.add(input.name()));
        scope.outputs().forEach(output -> taken.add(output.name()));
        for (Node node : scope.nodes()) {
            taken.addAll(node.inputs());
            taken.addAll(node.outputs());
            taken.add(node.name());
            node.subgraphs().forEach(this::take);
        }
    }

    /** A name that no value or node of the graph has: {@code base}, or {@code base} with a number. */
    public String freshName(String base) {
        String name = base;
        for (int i = 1; !taken.add(name); i++) {
            name = base + "_" + i;
        }
        return name;
    }

    /** Adds a constant under a fresh name like {@code base}; returns the name. */
    public String addConstant(String base, Tensor tensor) {
        String name = freshName(base);
        initializers.put(name, tensor);
        return name;
    }

    /** Replaces the tensor of an initializer. */
    public GraphEditor setConstant(String name, Tensor tensor) {
        if (initializers.replace(name, tensor) == null) {
            throw new IllegalArgumentException("no initializer '" + name + "'");
        }
        return this;
    }

    /** Adds a node; its place among the others follows from what it reads. */
    public GraphEditor add(Node node) {
        added.add(node);
        return this;
    }

    /** Puts {@code others}, possibly none, in the place of a node of the original graph. */
    public GraphEditor replace(Node node, List<Node> others) {
        if (replacements.put(node, List.copyOf(others)) != null) {
            throw new IllegalStateException("replaced twice: " + node);
        }
        return this;
    }

    /** Removes a node of the original graph. */
    public GraphEditor remove(Node node) {
        return replace(node, List.of());
    }

    /** Adds a graph input. */
    public GraphEditor addInput(Value value) {
        inputs.add(value);
        taken.add(value.name());
        return this;
    }

    /** Removes a graph input; something else has to assign the value then. */
    public GraphEditor removeInput(String name) {
        if (!inputs.removeIf(input -> input.name().equals(name))) {
            throw new IllegalArgumentException("no input '" + name + "'");
        }
        return this;
    }

    /** Replaces each input by what {@code change} makes of it. */
    public GraphEditor mapInputs(UnaryOperator<Value> change) {
        inputs.replaceAll(change);
        return this;
    }

    /** Adds a graph output. */
    public GraphEditor addOutput(Value value) {
        outputs.add(value);
        return this;
    }

    /** Replaces all graph outputs. */
    public GraphEditor setOutputs(List<Value> newOutputs) {
        outputs.clear();
        outputs.addAll(newOutputs);
        return this;
    }

    /** Drops the declared types and shapes of intermediate values, when the edit makes them untrue. */
    public GraphEditor forgetDeclaredValues() {
        declaredValuesHold = false;
        return this;
    }

    /**
     * Makes the edited graph. Initializers that this edit left without a reader are dropped.
     *
     * @throws IllegalArgumentException if the graph is not valid, naming what is wrong
     */
    public Graph commit() {
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            nodes.addAll(replacements.getOrDefault(node, List.of(node)));
        }
        nodes.addAll(added);
        nodes = distinctlyNamed(nodes);
        dropOrphans(nodes);
        Graph unsorted = graphOf(nodes);
        return graphOf(unsorted.sorted());
    }

    /** ONNX Runtime refuses two nodes of one name: of new nodes that share one, the first keeps it. */
    private List<Node> distinctlyNamed(List<Node> nodes) {
        Set<Node> originals = Collections.newSetFromMap(new IdentityHashMap<>());
        originals.addAll(graph.nodes());
        Set<String> names = new HashSet<>();
        nodes.stream().filter(originals::contains).map(Node::name).forEach(names::add);
        List<Node> distinct = new ArrayList<>();
        for (Node node : nodes) {
            boolean isNew = !originals.contains(node);
            boolean clashes = isNew && !node.name().isEmpty() && !names.add(node.name());
            distinct.add(clashes ? node.named(freshName(node.name())) : node);
        }
        return distinct;
    }

    private void dropOrphans(List<Node> nodes) {
        Set<String> read = new HashSet<>();
        nodes.forEach(node -> read.addAll(Graph.reads(node)));
        outputs.forEach(output -> read.add(output.name()));
        Set<String> orphans = new HashSet<>(initializers.keySet());
        orphans.removeAll(read);
        orphans.removeIf(name ->
                graph.initializers().containsKey(name) && graph.consumers(name).isEmpty());
        initializers.keySet().removeAll(orphans);
        inputs.removeIf(input -> orphans.contains(input.name()));
    }

    private Graph graphOf(List<Node> nodes) {
        Set<String> written = new HashSet<>();
        nodes.forEach(node -> written.addAll(node.outputs()));
        List<Value> values = declaredValuesHold
                ? graph.values().stream()
                        .filter(v -> written.contains(v.name()))
                        .toList()
                : List.of();
        return new Graph(
                graph.name(),
                inputs,
                outputs,
                values,
                nodes,
                initializers,
                graph.sparseInitializers(),
                graph.captured()::contains,
                graph.rest());
    }
}
