package dev.assay.train;

import dev.assay.ir.Graph;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What normalizations will use once trained: running means of their batches' statistics, {@code r ← r + share · (batch −
 * r)}, the variance being that of a sample ({@code n / (n − 1)} of the population's), as PyTorch does.
 */
final class RunningStatistics {
    private static final float SHARE = 0.1f;

    private final List<BatchStatistics> all;
    private final List<float[]> values = new ArrayList<>();
    private final List<Float> corrections = new ArrayList<>();

    /** Starts with what a classifier's constants hold. */
    RunningStatistics(TrainingGraph training, Graph classifier, int batch) {
        this.all = training.statistics();
        for (BatchStatistics each : all) {
            values.add(floats(classifier, each.runningMean()));
            values.add(floats(classifier, each.runningVariance()));
            double elements = (double) training.observation()
                            .of(each.input())
                            .orElseThrow()
                            .elementsPerImage()
                    / each.channels()
                    * batch;
            corrections.add((float) (elements / Math.max(1, elements - 1)));
        }
    }

    private static float[] floats(Graph classifier, String constant) {
        return Objects.requireNonNull(classifier.initializers().get(constant), constant)
                .floats();
    }

    /** Takes in what the last step put out. */
    void update(TrainingStep step) {
        for (int i = 0; i < all.size(); i++) {
            move(values.get(2 * i), step.floats(all.get(i).batchMean()), 1);
            move(values.get(2 * i + 1), step.floats(all.get(i).batchVariance()), corrections.get(i));
        }
    }

    private static void move(float[] running, FloatBuffer batch, float correction) {
        for (int i = 0; i < running.length; i++) {
            running[i] += SHARE * (correction * batch.get(i) - running[i]);
        }
    }

    /** The names of the constants, in the order of {@link #values}. */
    List<String> names() {
        return all.stream()
                .flatMap(each -> List.of(each.runningMean(), each.runningVariance()).stream())
                .toList();
    }

    /** The arrays themselves. */
    List<float[]> values() {
        return values;
    }
}
