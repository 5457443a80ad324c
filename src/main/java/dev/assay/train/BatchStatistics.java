package dev.assay.train;

import dev.assay.ir.Attribute;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A BatchNormalization in training: what it normalizes by, and which constants hold the running mean of that.
 *
 * @param runningMean initializer {@code [C]}
 * @param runningVariance initializer {@code [C]}
 * @param input the value that is normalized, {@code [N, C, …]}
 * @param batchMean output {@code [C]}
 * @param batchVariance output {@code [C]}, of the population, as ONNX defines it
 * @param channels C
 */
record BatchStatistics(
        String runningMean,
        String runningVariance,
        String input,
        String batchMean,
        String batchVariance,
        int channels) {

    /**
     * Makes every BatchNormalization that has constant statistics normalize by those of its batch, which become outputs of
     * its own: with a momentum of 0 the operator puts out the batch's statistics as the running ones.
     */
    static List<BatchStatistics> train(Graph graph, GraphEditor edit) {
        List<BatchStatistics> all = new ArrayList<>();
        for (Node node : graph.sorted()) {
            Tensor mean = graph.initializers().get(node.input(3));
            if (node.is("BatchNormalization") && mean != null) {
                BatchStatistics statistics = of(edit, node, Math.toIntExact(mean.size()));
                edit.replace(
                        node,
                        List.of(node.with("training_mode", Attribute.of(1))
                                .with("momentum", Attribute.of(0f))
                                .withOutputs(
                                        List.of(node.output(), statistics.batchMean(), statistics.batchVariance()))));
                all.add(statistics);
            }
        }
        return List.copyOf(all);
    }

    private static BatchStatistics of(GraphEditor edit, Node node, int channels) {
        return new BatchStatistics(
                node.input(3),
                node.input(4),
                node.input(0),
                edit.freshName(node.output() + "/batch_mean"),
                edit.freshName(node.output() + "/batch_variance"),
                channels);
    }
}
