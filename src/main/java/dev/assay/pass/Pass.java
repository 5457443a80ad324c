package dev.assay.pass;

import dev.assay.ir.Graph;
import java.util.List;

/** A rewrite of a graph that keeps its meaning. */
@FunctionalInterface
public interface Pass {
    /** Applies the pass. Applying it to its own result changes nothing. */
    Outcome apply(Graph graph);

    /**
     * What a pass did.
     *
     * @param graph the new graph, or the same when nothing changed
     * @param changed whether anything changed
     * @param skips for each node it looked at and left: why
     */
    record Outcome(Graph graph, boolean changed, List<String> skips) {
        public Outcome {
            skips = List.copyOf(skips);
        }
    }
}
