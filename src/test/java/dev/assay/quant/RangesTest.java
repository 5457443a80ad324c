package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RangesTest {
    /** Values with tails far beyond the bulk, as activations have them. */
    private static float[] heavyTailed() {
        SplittableRandom random = new SplittableRandom(9);
        float[] values = new float[200_000];
        for (int i = 0; i < values.length; i++) {
            double exponential = -Math.log(1 - random.nextDouble());
            values[i] = (float) (random.nextBoolean() ? exponential : -exponential);
        }
        values[0] = 60;
        return values;
    }

    private static Histogram histogram(float[] values) {
        Histogram histogram = new Histogram(Range.of(values));
        histogram.add(FloatBuffer.wrap(values));
        return histogram;
    }

    @Test
    void everyValueIsCountedOnce() {
        assertThat(histogram(heavyTailed()).total()).isEqualTo(200_000);
        assertThat(histogram(new float[8]).count(0)).isEqualTo(8);
    }

    @Test
    void percentileCutsWhatABruteForceSortCuts() {
        float[] values = heavyTailed();
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        Histogram histogram = histogram(values);
        Range range = Ranges.percentile(histogram);
        int cut = 1;
        assertThat(range.min()).isCloseTo(sorted[cut], within(2 * histogram.binWidth()));
        assertThat(range.max()).isCloseTo(sorted[sorted.length - 1 - cut], within(2 * histogram.binWidth()));
    }

    @Test
    void leastSquaresBeatsEveryOtherShrinkage() {
        float[] values = heavyTailed();
        Range full = Range.of(values);
        double chosen = squaredError(values, Ranges.meanSquaredError(histogram(values)));
        for (double share = 0.25; share <= 1; share += 0.05) {
            Range other = new Range(full.min() * share, full.max() * share);
            assertThat(chosen).isLessThanOrEqualTo(1.03 * squaredError(values, other));
        }
    }

    private static double squaredError(float[] values, Range range) {
        AffineParams params = AffineParams.unsigned(range);
        double error = 0;
        for (float value : values) {
            double read = params.scale() * (double) ((params.quantize(value) & 0xFF) - params.zeroPoint());
            error += (value - read) * (value - read);
        }
        return error;
    }

    @Test
    void entropyCutsTails() {
        float[] values = heavyTailed();
        Range range = Ranges.entropy(histogram(values));
        assertThat(range.max()).isBetween(6.0, 45.0);
    }

    @Test
    void everyChoiceSurvivesConstants() {
        for (Calibrator calibrator : Calibrator.values()) {
            calibrator.choice().ifPresent(choice -> {
                assertThat(choice.of(histogram(new float[100]))).isEqualTo(new Range(0, 0));
                float[] ones = new float[100];
                Arrays.fill(ones, 1);
                assertThat(choice.of(histogram(ones)).max()).isCloseTo(1, within(1e-3));
            });
        }
    }
}
