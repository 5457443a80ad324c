package dev.assay.inspect;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Remarks on how graph and file are put together. */
final class GraphRemarks {
    /** Before this version of the file format all initializers had to be declared as inputs. */
    private static final long IR_OF_OVERRIDES = 4;

    private static final long OPSET_OF_PER_CHANNEL = 13;

    private GraphRemarks() {}

    static Optional<String> overridableInitializers(Subject subject) {
        if (subject.model().irVersion() < IR_OF_OVERRIDES) {
            return Optional.empty();
        }
        List<String> names = subject.graph().inputs().stream()
                .map(Value::name)
                .filter(subject.graph().initializers()::containsKey)
                .toList();
        return remark(
                names,
                "%s of the initializers are inputs too: a caller can replace them, and the runtime may not"
                        + " fold or fuse them");
    }

    static Optional<String> opsetBeforePerChannel(Subject subject) {
        long opset = subject.model().opset();
        return opset < OPSET_OF_PER_CHANNEL
                ? Optional.of("opset %d has no per-channel quantization: the int8 schemes raise it to %d"
                        .formatted(opset, OPSET_OF_PER_CHANNEL))
                : Optional.empty();
    }

    static Optional<String> fixedBatch(Subject subject) {
        return subject.graph().fedInputs().stream()
                .flatMap(input -> Optional.ofNullable(input.shape()).stream())
                .filter(shape -> shape.rank() > 1)
                .map(shape -> shape.dim(0))
                .filter(dim -> dim.isKnown())
                .findFirst()
                .map("the input's batch is fixed at %s: images cannot be taken together"::formatted);
    }

    static Optional<String> deadNodes(Subject subject) {
        Graph graph = subject.graph();
        Set<String> needed = neededValues(graph);
        List<String> dead = graph.nodes().stream()
                .filter(node -> node.outputs().stream().noneMatch(needed::contains))
                .map(node -> node.op() + " '" + node.name() + "'")
                .toList();
        return remark(dead, "%s of the nodes lead to no output");
    }

    static Optional<String> unusedInitializers(Subject subject) {
        Graph graph = subject.graph();
        List<String> unused = Stream.concat(
                        graph.initializers().keySet().stream(), graph.sparseInitializers().keySet().stream())
                .filter(name -> graph.consumers(name).isEmpty() && !graph.isOutput(name))
                .toList();
        return remark(unused, "%s of the initializers are read by no node");
    }

    /** The values that some output depends on. A node comes after those it reads, so one pass backwards finds all. */
    private static Set<String> neededValues(Graph graph) {
        Set<String> needed = new HashSet<>();
        graph.outputs().forEach(output -> needed.add(output.name()));
        for (int i = graph.sorted().size() - 1; i >= 0; i--) {
            Node node = graph.sorted().get(i);
            if (node.outputs().stream().anyMatch(needed::contains)) {
                needed.addAll(Graph.reads(node));
            }
        }
        return needed;
    }

    static Optional<String> duplicateNodeNames(Subject subject) {
        Set<String> seen = new HashSet<>();
        Predicate<String> repeated = name -> !name.isEmpty() && !seen.add(name);
        List<String> names = subject.graph().nodes().stream()
                .map(Node::name)
                .filter(repeated)
                .distinct()
                .toList();
        return remark(
                names, "%s of the node names are used more than once: profiles and reports cannot tell them apart");
    }

    static Optional<String> unnamedNodes(Subject subject) {
        long unnamed = subject.graph().nodes().stream()
                .filter(node -> node.name().isEmpty())
                .count();
        return unnamed == 0
                ? Optional.empty()
                : Optional.of(
                        "%d of the nodes have no name: profiles and reports cannot tell them apart".formatted(unnamed));
    }

    static Optional<String> meaninglessOutputNames(Subject subject) {
        List<String> numbers = subject.graph().outputs().stream()
                .map(Value::name)
                .filter(name -> name.chars().allMatch(Character::isDigit))
                .toList();
        return remark(numbers, "%s of the outputs are named by a number, which the next export may change");
    }

    static Optional<String> annotatedNodes(Subject subject) {
        long annotated = subject.metadata().annotatedNodes();
        return annotated == 0
                ? Optional.empty()
                : Optional.of(("%d of the nodes carry documentation or metadata; exporters write stack traces and file"
                                + " names of the training code there")
                        .formatted(annotated));
    }

    private static Optional<String> remark(List<String> names, String message) {
        return names.isEmpty() ? Optional.empty() : Optional.of(message.formatted(Subject.some(names)));
    }
}
