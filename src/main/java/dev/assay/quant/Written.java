package dev.assay.quant;

import dev.assay.ir.Graph;
import java.util.List;

/**
 * What a scheme's writer makes of a graph.
 *
 * @param graph the quantized graph
 * @param skips nodes it left as they were
 */
record Written(Graph graph, List<Skip> skips) {
    Written {
        skips = List.copyOf(skips);
    }
}
