package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EntropyComparisonTest {
    private static final double FALSE_REJECTION_RATE = 0.01;
    private static final double[] CLEAN = {0.9, 1.0, 1.0, 1.1};
    private static final double[] SURE = {0.1};

    @Test
    void thresholdIsTheQuantileOfTheNormalFit() {
        EntropyComparison entropies =
                EntropyComparison.of(CLEAN, new double[] {0.1, 0.2, 1}, SURE, FALSE_REJECTION_RATE);

        double deviation = Math.sqrt(0.02 / 3);
        assertThat(entropies.mean()).isCloseTo(1, within(1e-12));
        assertThat(entropies.deviation()).isCloseTo(deviation, within(1e-12));
        assertThat(entropies.threshold()).isCloseTo(1 - 2.326347874 * deviation, within(1e-9));
        assertThat(entropies.rejectedShare()).isCloseTo(2.0 / 3, within(1e-12));
        // P(at least 2 of 3) at 1 %: 3 · 0.01² · 0.99 + 0.01³.
        assertThat(entropies.pValue()).isCloseTo(2.98e-4, within(1e-9));
        assertThat(entropies.isBlind()).isFalse();
    }

    @Test
    void rejectedCleanInputsRaiseTheShareToExceed() {
        double[] skewed = new double[50];
        Arrays.fill(skewed, 1);
        skewed[0] = 0;
        skewed[1] = 0;

        assertThat(EntropyComparison.of(skewed, CLEAN, SURE, FALSE_REJECTION_RATE)
                        .cleanShare())
                .isEqualTo(0.04);
    }

    @Test
    void aThresholdBelowUndisturbedEntropyIsBlind() {
        assertThat(EntropyComparison.of(CLEAN, CLEAN, new double[] {0.8, 0.9}, FALSE_REJECTION_RATE)
                        .isBlind())
                .isTrue();
    }

    @Test
    void entropiesThatDoNotVaryAreBlind() {
        double[] same = {1, 1, 1};

        assertThat(EntropyComparison.of(same, same, SURE, FALSE_REJECTION_RATE).isBlind())
                .isTrue();
    }
}
