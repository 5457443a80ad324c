package dev.assay.quant;

import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.ImageClassifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Weights rounded to 16 levels with one scale a tensor and stored as floats again, as the seed study (arXiv 2512.06243)
 * simulates INT4. Nothing about the kernels changes; kept as a point of comparison.
 */
final class SimulatedWriter {
    private static final int LOWEST = -8;
    private static final int HIGHEST = 7;

    private SimulatedWriter() {}

    static Written write(ImageClassifier classifier, QuantConfig config) {
        Graph graph = classifier.model().graph();
        GraphEditor edit = graph.edit();
        List<Skip> skips = new ArrayList<>();
        Set<String> done = new HashSet<>();
        for (Node node : graph.sorted()) {
            if (Products.contains(node)) {
                Optional<String> obstacle = Products.obstacle(graph, node);
                if (obstacle.isPresent()) {
                    skips.add(Skip.of(node, obstacle.get()));
                } else if (done.add(node.input(1))) {
                    edit.setConstant(
                            node.input(1), rounded(graph.constant(node.input(1)).orElseThrow()));
                }
            } else {
                Products.otherObstacle(classifier.model(), node)
                        .ifPresent(obstacle -> skips.add(Skip.of(node, obstacle)));
            }
        }
        return new Written(edit.commit(), skips);
    }

    private static Tensor rounded(Tensor weights) {
        float[] values = weights.floats();
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        float scale = largest == 0 ? 1 : largest / HIGHEST;
        for (int i = 0; i < values.length; i++) {
            values[i] = scale * (float) Math.max(LOWEST, Math.min(HIGHEST, Math.rint(values[i] / (double) scale)));
        }
        return Tensor.ofFloats(weights.dims(), values);
    }
}
