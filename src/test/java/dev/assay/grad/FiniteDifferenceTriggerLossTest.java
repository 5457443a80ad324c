package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.math.Vectors;
import dev.assay.runtime.ClassifierPorts;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiniteDifferenceTriggerLossTest {
    private static final int IMAGES = 24;
    private static final int IMAGES_PER_SLOT = 6;
    private static final int EVALUATIONS = 120;
    private static final int PLANE = TriggerCase.PLANE;

    private final Deployed deployed;

    FiniteDifferenceTriggerLossTest(@TempDir Path folder) {
        deployed = TriggerCase.of("net").deployed(folder, IMAGES);
    }

    @Test
    void meanIsTheExactGradientOfBlocksAndColours() {
        double[] exact;
        double[] estimated = new double[Blocks.COUNT + ClassifierPorts.CHANNELS];
        try (TriggerLoss graph = GraphTriggerLoss.open(deployed, 1, IMAGES_PER_SLOT);
                TriggerLoss differences = FiniteDifferenceTriggerLoss.open(deployed, IMAGES_PER_SLOT, 3)) {
            TriggerBatch batch = uniform(graph);
            graph.evaluate(batch);
            exact = inBlocks(batch);
            float loss = batch.losses()[0];
            float success = batch.successes()[0];
            for (int evaluation = 0; evaluation < EVALUATIONS; evaluation++) {
                differences.evaluate(batch);
                assertThat(batch.losses()[0]).isCloseTo(loss, within(1e-4f));
                assertThat(batch.successes()[0]).isEqualTo(success);
                double[] one = inBlocks(batch);
                Arrays.setAll(estimated, i -> estimated[i] + one[i] / EVALUATIONS);
            }
        }
        assertThat(Vectors.cosine(exact, estimated)).isGreaterThan(0.9);
        assertThat(length(estimated) / length(exact)).isCloseTo(1, within(0.2));
    }

    /** A search that starts from equal pixels stays in blocks and colours. */
    @Test
    void gradientsAreEqualWithinBlocksAndColours() {
        try (TriggerLoss differences = FiniteDifferenceTriggerLoss.open(deployed, IMAGES_PER_SLOT, 3)) {
            TriggerBatch batch = uniform(differences);
            differences.evaluate(batch);
            for (int pixel = 0; pixel < PLANE; pixel++) {
                int first = firstOfBlock(pixel);
                assertThat(batch.maskGradients()[pixel]).isEqualTo(batch.maskGradients()[first]);
            }
            for (int channel = 0; channel < ClassifierPorts.CHANNELS; channel++) {
                assertThat(Arrays.copyOfRange(batch.patternGradients(), channel * PLANE, (channel + 1) * PLANE))
                        .containsOnly(batch.patternGradients()[channel * PLANE]);
            }
        }
    }

    @Test
    void lossesAloneAreTheSame() {
        try (TriggerLoss differences = FiniteDifferenceTriggerLoss.open(deployed, IMAGES_PER_SLOT, 3)) {
            TriggerBatch batch = uniform(differences);
            differences.evaluate(batch);
            TriggerBatch alone = uniform(differences);
            differences.evaluateLosses(alone);
            assertThat(alone.losses()).containsExactly(batch.losses(), within(1e-5f));
            assertThat(alone.successes()).isEqualTo(batch.successes());
            assertThat(alone.maskGradients()).containsOnly(0);
        }
    }

    @Test
    void sameSeedSameNumbers() {
        assertThat(gradient(5)).isEqualTo(gradient(5)).isNotEqualTo(gradient(6));
    }

    private float[] gradient(long seed) {
        try (TriggerLoss differences = FiniteDifferenceTriggerLoss.open(deployed, IMAGES_PER_SLOT, seed)) {
            TriggerBatch batch = uniform(differences);
            differences.evaluate(batch);
            differences.evaluate(batch);
            return batch.maskGradients().clone();
        }
    }

    private static TriggerBatch uniform(TriggerLoss loss) {
        TriggerBatch batch = TriggerCase.batch(loss, IMAGES, 7);
        Arrays.fill(batch.masks(), 0.4f);
        Arrays.fill(batch.patterns(), 0.5f);
        return batch;
    }

    /** Derivatives to the blocks of the mask, then to the colours of the pattern. */
    private static double[] inBlocks(TriggerBatch batch) {
        double[] sums = new double[Blocks.COUNT + ClassifierPorts.CHANNELS];
        for (int pixel = 0; pixel < PLANE; pixel++) {
            sums[block(pixel)] += batch.maskGradients()[pixel];
        }
        for (int i = 0; i < 3 * PLANE; i++) {
            sums[Blocks.COUNT + i / PLANE] += batch.patternGradients()[i];
        }
        return sums;
    }

    private static int block(int pixel) {
        int row = pixel / TriggerCase.WIDTH * 8 / TriggerCase.HEIGHT;
        int column = pixel % TriggerCase.WIDTH * 8 / TriggerCase.WIDTH;
        return row * 8 + column;
    }

    private static int firstOfBlock(int pixel) {
        int first = 0;
        while (block(first) != block(pixel)) {
            first++;
        }
        return first;
    }

    private static double length(double[] vector) {
        return Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
    }
}
