package dev.assay.runtime;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which executed node computed which node of the artifact.
 *
 * <p>ONNX Runtime renames what it rewrites: layout changes append {@code _token_7}, blocked convolutions are called
 * after the value they write with {@code _nchwc}, fusions append {@code /MatMulAddFusion/} and the like. A node is
 * found under its own name, under the value it writes, or, when it was fused with what follows or precedes it, under
 * those. Only a multiply-accumulate kernel can have computed a convolution or a product.
 */
final class KernelMap {
    /** What the runtime appends to the names of nodes it rewrites. */
    static final Pattern SUFFIX = Pattern.compile("(_token_\\d+|/\\w*Fusion\\w*/?)+$");

    private static final String BLOCKED = "_nchwc";
    private static final Set<String> LAYOUT_OPS = Set.of("Transpose", "ReorderOutput", "ReorderInput");

    private final Graph graph;
    private final Map<String, ExecutedNode> byName = new HashMap<>();
    private final Map<String, ExecutedNode> byValue = new HashMap<>();

    /** A map from the nodes of an artifact's main graph to those of the optimized main graph among all that ran. */
    KernelMap(Graph graph, List<ExecutedNode> all) {
        this.graph = graph;
        List<ExecutedNode> executed =
                all.stream().filter(node -> !node.inSubgraph()).toList();
        for (ExecutedNode node : executed) {
            String name = SUFFIX.matcher(node.name()).replaceFirst("");
            byName.putIfAbsent(name, node);
            if (name.endsWith(BLOCKED)) {
                byValue.putIfAbsent(name.substring(0, name.length() - BLOCKED.length()), node);
            }
        }
        for (ExecutedNode node : executed) {
            node.optimizedNode().ifPresent(n -> n.outputs().forEach(value -> byValue.put(value, behindLayout(node))));
        }
    }

    /** The node that computed what a layout change hands on. */
    private ExecutedNode behindLayout(ExecutedNode node) {
        if (!LAYOUT_OPS.contains(node.op())) {
            return node;
        }
        boolean inArtifact = node.optimizedNode()
                .flatMap(n -> graph.producer(n.output()))
                .filter(producer -> producer.is(node.op()))
                .isPresent();
        return inArtifact
                ? node
                : node.optimizedNode()
                        .map(n -> byValue.get(n.input(0)))
                        .filter(producer -> producer != null)
                        .orElse(node);
    }

    /** The kernel that computed a node; empty when it was folded away or cannot be told. */
    Optional<ExecutedNode> kernelOf(Node node) {
        Predicate<ExecutedNode> fits = Macs.has(node) ? ExecutedNode::isMacKernel : any -> true;
        return direct(node, fits)
                .or(() -> forward(node, fits))
                .or(() -> Macs.has(node) ? Optional.empty() : backward(node, new HashSet<>()));
    }

    /** The kernel that carries the node's own name or writes its own value. */
    Optional<ExecutedNode> direct(Node node) {
        return direct(node, any -> true);
    }

    private Optional<ExecutedNode> direct(Node node, Predicate<ExecutedNode> fits) {
        Optional<ExecutedNode> named =
                node.name().isEmpty() ? Optional.empty() : Optional.ofNullable(byName.get(node.name()));
        return named.filter(fits)
                .or(() -> Optional.ofNullable(byValue.get(node.output())).filter(fits));
    }

    /** Follows the node's value through what can be fused into it: never past another product or a branch. */
    private Optional<ExecutedNode> forward(Node start, Predicate<ExecutedNode> fits) {
        Node node = start;
        while (graph.consumers(node.output()).size() == 1) {
            node = graph.consumers(node.output()).get(0);
            if (Macs.has(node)) {
                return Optional.empty();
            }
            Optional<ExecutedNode> found = direct(node, fits);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<ExecutedNode> backward(Node node, Set<String> seen) {
        for (String input : node.inputs()) {
            Optional<Node> producer = graph.producer(input);
            if (producer.isPresent() && seen.add(input)) {
                Optional<ExecutedNode> found = direct(producer.get())
                        .or(() -> Macs.has(producer.get()) ? kernelOf(producer.get()) : backward(producer.get(), seen));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
