package dev.assay.runtime;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A node and the elementwise nodes behind it, each the only reader of the one before, that a runtime or a quantizer may
 * fuse with it: normalisation, scaling, activation, quantization.
 */
public final class Chain {
    private static final Set<String> ACTIVATIONS = Set.of(
            "Relu",
            "Clip",
            "LeakyRelu",
            "PRelu",
            "Elu",
            "Selu",
            "Gelu",
            "HardSigmoid",
            "HardSwish",
            "Sigmoid",
            "Softplus",
            "Tanh");

    private static final Set<String> CARRIERS = Set.of(
            "BatchNormalization", "Add", "Sub", "Mul", "Div", "Cast", "Identity", "QuantizeLinear", "DequantizeLinear");

    private Chain() {}

    /** The nodes of the chain that starts with {@code start}, in order. */
    public static List<Node> from(Node start, ImageClassifier model) {
        List<Node> chain = new ArrayList<>(List.of(start));
        Optional<Node> next = next(start, model);
        while (next.isPresent()) {
            chain.add(next.get());
            next = next(next.get(), model);
        }
        return chain;
    }

    /** Whether a node is an elementwise activation. */
    public static boolean isActivation(Node node) {
        return ACTIVATIONS.contains(node.op());
    }

    private static Optional<Node> next(Node node, ImageClassifier model) {
        return onlyReader(model.model().graph(), node.output())
                .filter(reader -> isActivation(reader) || CARRIERS.contains(reader.op()))
                .filter(reader -> variesIn(reader, model.observation()) == 1);
    }

    /** The node that alone reads a value which is no output of the graph. */
    static Optional<Node> onlyReader(Graph graph, String value) {
        List<Node> readers = graph.consumers(value);
        return readers.size() == 1 && !graph.isOutput(value) ? Optional.of(readers.get(0)) : Optional.empty();
    }

    /** How many of a node's inputs follow the batch: an Add of two such values joins branches. */
    private static long variesIn(Node node, Observation observation) {
        return node.inputs().stream()
                .filter(input ->
                        observation.of(input).filter(Observed::followsBatch).isPresent())
                .count();
    }
}
