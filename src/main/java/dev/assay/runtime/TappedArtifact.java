package dev.assay.runtime;

import dev.assay.ir.Bytes;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An artifact whose values are read in sessions of its own nodes with more outputs (DESIGN.md, law 2). The operators that
 * run are compared here; whoever opens such a session compares its scores with the artifact's own.
 */
public final class TappedArtifact {
    /** What a tap may add: moves of a value into the layout of an output. */
    private static final Set<String> LAYOUT_OPS = Set.of("Transpose", "ReorderInput", "ReorderOutput");

    private final Path file;
    private final ImageClassifier artifact;
    private final SessionSpec spec;
    private final Map<String, Long> operators;

    /**
     * An artifact to be tapped.
     *
     * @param file of the artifact
     * @param artifact as a probe observed it
     * @param spec how it is run
     */
    public TappedArtifact(Path file, ImageClassifier artifact, SessionSpec spec) {
        this.file = file;
        this.artifact = artifact;
        this.spec = spec;
        this.operators = operators(OptimizedGraph.of(file, spec));
    }

    /** Whether the artifact executes the same operators, moves between layouts aside, when these values are read. */
    public boolean keepsOperators(Collection<String> values) {
        return operators(OptimizedGraph.of(bytes(artifact, values), place(), spec))
                .equals(operators);
    }

    /** How often each operator runs; empty where the provider compiles the graph, so that there is none to see. */
    private static Map<String, Long> operators(Optional<Graph> executed) {
        Map<String, Long> counts = new HashMap<>();
        executed.ifPresent(graph -> graph.nodes().stream()
                .filter(node -> !LAYOUT_OPS.contains(node.op()))
                .forEach(node -> counts.merge(node.qualifiedOp(), 1L, Long::sum)));
        return counts;
    }

    /** Loads the artifact as it is; the caller closes it. */
    public Classifier open() {
        return Classifier.open(file, artifact, spec);
    }

    /** Loads the artifact with these values as further outputs; the caller closes it. */
    public Classifier open(Collection<String> values) {
        return Classifier.open(bytes(artifact, values), place(), artifact, spec);
    }

    private String place() {
        return file + " with taps";
    }

    /** A model with these values as further outputs. */
    public static byte[] bytes(ImageClassifier model, Collection<String> values) {
        Graph graph = model.model().graph();
        GraphEditor edit = graph.edit();
        values.stream()
                .distinct()
                .filter(value -> !graph.isOutput(value))
                .forEach(value -> edit.addOutput(new Value(value, null, null, Bytes.EMPTY)));
        return OnnxWriter.toBytes(model.model().withGraph(edit.commit()));
    }
}
