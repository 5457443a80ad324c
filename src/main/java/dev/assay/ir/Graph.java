package dev.assay.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An immutable graph: nodes in the file's order, constants, inputs and outputs, and who writes and reads each value.
 *
 * <p>Construction checks that each value is assigned once, that every value read is assigned here or in the enclosing
 * scope, and that there is no cycle. Nodes need not be sorted in the file; {@link #sorted()} gives an order that works.
 */
public final class Graph {
    private final String name;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final List<Value> values;
    private final List<Node> nodes;
    private final Map<String, Tensor> initializers;
    private final Map<String, SparseTensor> sparseInitializers;
    private final Bytes rest;
    private final Map<String, Node> producers = new HashMap<>();
    private final Map<String, List<Node>> consumers = new HashMap<>();
    private final Set<String> inputNames = new HashSet<>();
    private final List<Node> sorted;

    /**
     * Makes and checks a main graph; collections are copied.
     *
     * @throws IllegalArgumentException naming the node or value that is wrong
     */
    public Graph(
            String name,
            List<Value> inputs,
            List<Value> outputs,
            List<Value> values,
            List<Node> nodes,
            Map<String, Tensor> initializers) {
        this(name, inputs, outputs, values, nodes, initializers, Map.of(), none -> false, Bytes.EMPTY);
    }

    /**
     * Makes and checks a graph that may read values of an enclosing scope.
     *
     * @param values declared types and shapes of intermediate values
     * @param outer whether an enclosing graph assigns a name
     * @throws IllegalArgumentException naming the node or value that is wrong
     */
    public Graph(
            String name,
            List<Value> inputs,
            List<Value> outputs,
            List<Value> values,
            List<Node> nodes,
            Map<String, Tensor> initializers,
            Map<String, SparseTensor> sparseInitializers,
            Predicate<String> outer,
            Bytes rest) {
        this.name = name;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.values = List.copyOf(values);
        this.nodes = List.copyOf(nodes);
        this.initializers = Collections.unmodifiableMap(new LinkedHashMap<>(initializers));
        this.sparseInitializers = Collections.unmodifiableMap(new LinkedHashMap<>(sparseInitializers));
        this.rest = rest;
        index();
        checkResolved(outer);
        this.sorted = sort();
    }

    private void index() {
        Set<String> assigned = new HashSet<>(initializers.keySet());
        require(!assigned.contains(""), "an initializer has no name");
        for (String sparse : sparseInitializers.keySet()) {
            require(assigned.add(sparse), "value '%s' is assigned twice", sparse);
        }
        for (Value input : inputs) {
            require(!input.name().isEmpty(), "a graph input has no name");
            require(inputNames.add(input.name()), "graph input '%s' is declared twice", input.name());
        }
        assigned.addAll(inputNames);
        for (Node node : nodes) {
            for (String output : node.outputs()) {
                if (!output.isEmpty()) {
                    require(assigned.add(output), "value '%s' is assigned twice, the second time by %s", output, node);
                    producers.put(output, node);
                }
            }
            for (String read : reads(node)) {
                consumers.computeIfAbsent(read, key -> new ArrayList<>()).add(node);
            }
        }
    }

    private void checkResolved(Predicate<String> outer) {
        for (Node node : nodes) {
            for (String read : reads(node)) {
                require(isAssigned(read) || outer.test(read), "nothing assigns '%s', read by %s", read, node);
            }
        }
        Set<String> outputNames = new HashSet<>();
        for (Value output : outputs) {
            require(outputNames.add(output.name()), "graph output '%s' is declared twice", output.name());
            require(
                    isAssigned(output.name()) || outer.test(output.name()),
                    "nothing assigns graph output '%s'",
                    output.name());
        }
    }

    /** Depth first in file order: a file that is already sorted keeps its order. Linear in nodes and reads. */
    private List<Node> sort() {
        List<Node> order = new ArrayList<>(nodes.size());
        Set<Node> begun = identitySet();
        Set<Node> done = identitySet();
        Deque<Visit> stack = new ArrayDeque<>();
        for (Node start : nodes) {
            if (begun.add(start)) {
                stack.push(new Visit(start, reads(start).iterator()));
            }
            while (!stack.isEmpty()) {
                Visit visit = stack.element();
                if (!visit.unvisitedReads().hasNext()) {
                    order.add(visit.node());
                    done.add(visit.node());
                    stack.pop();
                    continue;
                }
                Node producer = producers.get(visit.unvisitedReads().next());
                if (producer != null && begun.add(producer)) {
                    stack.push(new Visit(producer, reads(producer).iterator()));
                } else {
                    require(producer == null || done.contains(producer), "cycle through %s", visit.node());
                }
            }
        }
        return List.copyOf(order);
    }

    private record Visit(Node node, Iterator<String> unvisitedReads) {}

    private static Set<Node> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    /** The values a node reads, each once, with those that its subgraphs capture. */
    public static Set<String> reads(Node node) {
        Set<String> reads = new LinkedHashSet<>(node.inputs());
        reads.remove("");
        node.subgraphs().forEach(graph -> reads.addAll(graph.captured()));
        return reads;
    }

    /** The names of the enclosing scope that this graph reads. */
    public Set<String> captured() {
        Set<String> captured = new LinkedHashSet<>(consumers.keySet());
        outputs.forEach(output -> captured.add(output.name()));
        captured.removeIf(this::isAssigned);
        return captured;
    }

    /** Whether this graph itself assigns a value: as input, initializer or node output. */
    public boolean isAssigned(String value) {
        return producers.containsKey(value)
                || initializers.containsKey(value)
                || sparseInitializers.containsKey(value)
                || inputNames.contains(value);
    }

    public String name() {
        return name;
    }

    /** All declared inputs; in IR version 3 these include the initializers. */
    public List<Value> inputs() {
        return inputs;
    }

    /** This main graph with other declared inputs. */
    public Graph withInputs(List<Value> declared) {
        return new Graph(name, declared, outputs, values, nodes, initializers, sparseInitializers, none -> false, rest);
    }

    /** The inputs that a caller must feed: those without an initializer. */
    public List<Value> fedInputs() {
        return inputs.stream()
                .filter(input ->
                        !initializers.containsKey(input.name()) && !sparseInitializers.containsKey(input.name()))
                .toList();
    }

    public List<Value> outputs() {
        return outputs;
    }

    /** Declared types and shapes of intermediate values. */
    public List<Value> values() {
        return values;
    }

    /** The nodes in the file's order. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The nodes in an order in which each comes after those it reads from. */
    public List<Node> sorted() {
        return sorted;
    }

    public Map<String, Tensor> initializers() {
        return initializers;
    }

    /** Number of elements in the initializers of rank 1 and more. */
    public long parameters() {
        return initializers.values().stream()
                .filter(tensor -> tensor.rank() > 0)
                .mapToLong(Tensor::size)
                .sum();
    }

    public Map<String, SparseTensor> sparseInitializers() {
        return sparseInitializers;
    }

    /** Documentation, quantization annotations and whatever else, opaque. */
    public Bytes rest() {
        return rest;
    }

    /** The node that writes a value; empty for inputs, initializers and outer values. */
    public Optional<Node> producer(String value) {
        return Optional.ofNullable(producers.get(value));
    }

    /** The nodes that read a value, directly or in a subgraph, each once. */
    public List<Node> consumers(String value) {
        return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
    }

    /** Whether a value is a graph output. */
    public boolean isOutput(String value) {
        return outputs.stream().anyMatch(output -> output.name().equals(value));
    }

    /**
     * A constant's tensor: an initializer that no caller can override, or a Constant node's value.
     *
     * <p>From IR version 4 an initializer that is also an input may be overridden; before, all of them are declared
     * as inputs and none is meant to be. Assay never overrides one.
     */
    public Optional<Tensor> constant(String value) {
        Tensor initializer = initializers.get(value);
        if (initializer != null) {
            return Optional.of(initializer);
        }
        return producer(value).filter(node -> node.is("Constant")).flatMap(node -> node.tensor("value"));
    }

    /** Starts an edit of this graph. */
    public GraphEditor edit() {
        return new GraphEditor(this);
    }

    /** The graph as readable text: its signature, its constants, then its nodes in the file's order, one a line. */
    public String text() {
        return GraphText.of(this);
    }

    private static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(arguments));
        }
    }
}
