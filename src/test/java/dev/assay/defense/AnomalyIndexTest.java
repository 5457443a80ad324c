package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AnomalyIndexTest {
    /** Median 40, absolute deviations 35, 10, 5, 0, 5, 10, 15: MAD 10. */
    private static final double[] NORMS = {5, 30, 35, 40, 45, 50, 55};

    /** Their logarithms are these, but for a factor. */
    private static final double[] POWERS =
            Arrays.stream(NORMS).map(norm -> Math.pow(1.1, norm)).toArray();

    @Test
    void countsConsistentMedianAbsoluteDeviationsBelowTheMedian() {
        assertThat(AnomalyIndex.of(POWERS, 0).value()).isCloseTo(35 / 14.826, within(1e-12));
        assertThat(AnomalyIndex.of(POWERS, 3).value()).isZero();
        assertThat(AnomalyIndex.of(POWERS, 6).value()).isCloseTo(-15 / 14.826, within(1e-12));
        assertThat(AnomalyIndex.median(POWERS)).isCloseTo(Math.pow(1.1, 40), within(1e-9));
    }

    @Test
    void thePapersIndexIsOfTheNormsThemselves() {
        assertThat(AnomalyIndex.of(NORMS, 0).linear()).isCloseTo(35 / 14.826, within(1e-12));
        assertThat(AnomalyIndex.of(NORMS, 6).linear()).isCloseTo(-15 / 14.826, within(1e-12));
    }

    /** The case that the paper's index misses. */
    @Test
    void aTailOfLargeNormsHidesNoSmallOne() {
        double[] norms = {4, 44.9, 24.9, 31, 52.6, 133, 221, 57.8, 26.9, 128};

        AnomalyIndex index = AnomalyIndex.of(norms, 0);

        assertThat(index.linear()).isLessThan(2);
        assertThat(index.value()).isGreaterThan(2.5);
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
        AnomalyIndex index = AnomalyIndex.of(POWERS, 0);
        assertThat(index.highest()).isCloseTo(37.5 / (1.4826 * 7.5), within(1e-12));
        assertThat(index.lowest()).isCloseTo(32.5 / 14.826, within(1e-12));
    }

    @Test
    void anEmptyMaskIsAnOutlier() {
        assertThat(AnomalyIndex.of(new double[] {0, 20, 22, 25, 27, 30}, 0).value())
                .isGreaterThan(10)
                .isFinite();
    }

    @Test
    void nothingIsMeasuredByADeviationOfZero() {
        for (double[] norms : new double[][] {{27.9, 27.9, 27.9, 27.9, 27.9, 27.9}, {1, 20, 20, 20, 20, 30}}) {
            for (int which = 0; which < norms.length; which++) {
                assertThat(AnomalyIndex.of(norms, which).value()).isNaN();
                assertThat(AnomalyIndex.of(norms, which).linear()).isNaN();
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
