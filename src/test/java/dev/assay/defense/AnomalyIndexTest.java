package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AnomalyIndexTest {
    /** Median 40, absolute deviations 35, 10, 5, 0, 5, 10, 15: MAD 10. */
    private static final double[] NORMS = {5, 30, 35, 40, 45, 50, 55};

    @Test
    void countsConsistentMedianAbsoluteDeviationsBelowTheMedian() {
        assertThat(AnomalyIndex.of(NORMS, 0).value()).isCloseTo(35 / 14.826, within(1e-12));
        assertThat(AnomalyIndex.of(NORMS, 3).value()).isZero();
        assertThat(AnomalyIndex.of(NORMS, 6).value()).isCloseTo(-15 / 14.826, within(1e-12));
    }

    @Test
    void aUnitOfTheNormsChangesNothing() {
        AnomalyIndex index = AnomalyIndex.of(NORMS, 0);
        AnomalyIndex scaled =
                AnomalyIndex.of(Arrays.stream(NORMS).map(norm -> 9 * norm).toArray(), 0);

        assertThat(scaled.value()).isCloseTo(index.value(), within(1e-12));
        assertThat(scaled.lowest()).isCloseTo(index.lowest(), within(1e-12));
    }

    /** Without 30 the median is 42.5 and the MAD 7.5; without 45 they are 37.5 and 10. */
    @Test
    void spreadIsOverEveryOtherClassLeftOut() {
        AnomalyIndex index = AnomalyIndex.of(NORMS, 0);
        assertThat(index.highest()).isCloseTo(37.5 / (1.4826 * 7.5), within(1e-12));
        assertThat(index.lowest()).isCloseTo(32.5 / 14.826, within(1e-12));
    }

    @Test
    void nothingIsMeasuredByADeviationOfZero() {
        for (double[] norms : new double[][] {{27.9, 27.9, 27.9, 27.9, 27.9, 27.9}, {1, 20, 20, 20, 20, 30}}) {
            for (int which = 0; which < norms.length; which++) {
                assertThat(AnomalyIndex.of(norms, which).value()).isNaN();
            }
        }
    }

    /** Without 25 the MAD of 1, 20, 20, 20, 30 is zero. */
    @Test
    void spreadIsUnknownWhereLeavingOutMakesTheDeviationZero() {
        AnomalyIndex index = AnomalyIndex.of(new double[] {1, 20, 20, 20, 25, 30}, 0);
        assertThat(index.value()).isPositive();
        assertThat(index.lowest()).isNaN();
        assertThat(index.highest()).isNaN();
    }
}
