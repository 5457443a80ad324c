package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProportionTest {
    /** Bounds as R's {@code binom.test} prints them. */
    @ParameterizedTest
    @CsvSource({
        "0, 10, 0, 0.3084971",
        "10, 10, 0.6915029, 1",
        "3, 4, 0.1941204, 0.9936905",
        "29, 100, 0.2035831, 0.3892855",
        "0, 1, 0, 0.975"
    })
    void boundsAreThoseOfClopperAndPearson(int successes, int trials, double low, double high) {
        Proportion proportion = Proportion.of(successes, trials);
        assertThat(proportion.low()).isCloseTo(low, within(1e-4));
        assertThat(proportion.high()).isCloseTo(high, within(1e-4));
        assertThat(proportion.rate()).isEqualTo((double) successes / trials);
    }

    /** The definition: at a bound, what was seen or more of it has the probability of one tail. */
    @Test
    void tailsAtTheBoundsHoldWhatIsLeft() {
        for (int successes = 1; successes < 29; successes++) {
            Proportion proportion = Proportion.of(successes, 29);
            double above = 1 - new BinomialDistribution(29, proportion.low()).cumulativeProbability(successes - 1);
            double below = new BinomialDistribution(29, proportion.high()).cumulativeProbability(successes);
            assertThat(above).isCloseTo(0.025, within(1e-6));
            assertThat(below).isCloseTo(0.025, within(1e-6));
        }
    }

    @Test
    void nothingIsSaidOfNoTrials() {
        assertThat(Proportion.of(0, 0)).isEqualTo(new Proportion(0, 0, Double.NaN, Double.NaN, Double.NaN));
        assertThatThrownBy(() -> Proportion.of(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
