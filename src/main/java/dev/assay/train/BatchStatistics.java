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
     * its own: with a momentum of 0 the operator puts out the batch's statistics as the running ones. The runtime writes
     * these where it read those given (measured), so each operator is given some that are computed for it alone.
     */
    static List<BatchStatistics> train(Graph graph, GraphEditor edit) {
        List<BatchStatistics> all = new ArrayList<>();
        for (Node node : graph.sorted()) {
            Tensor mean = graph.initializers().get(node.input(3));
            if (node.is("BatchNormalization") && mean != null) {
                BatchStatistics statistics = of(edit, node, Math.toIntExact(mean.size()));
                edit.replace(node, statistics.training(edit, node));
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

    private List<Node> training(GraphEditor edit, Node node) {
        String zero = edit.addConstant(node.output() + "/zero", Tensor.scalar(0));
        String givenMean = edit.freshName(node.output() + "/given_mean");
        String givenVariance = edit.freshName(node.output() + "/given_variance");
        return List.of(
                Node.of("Mul", List.of(node.input(1), zero), givenMean),
                Node.of("Mul", List.of(node.input(2), zero), givenVariance),
                node.with("training_mode", Attribute.of(1))
                        .with("momentum", Attribute.of(0f))
                        .withInputs(List.of(node.input(0), node.input(1), node.input(2), givenMean, givenVariance))
                        .withOutputs(List.of(node.output(), batchMean, batchVariance)));
    }
}
