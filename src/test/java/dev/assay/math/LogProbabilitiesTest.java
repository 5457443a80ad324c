package dev.assay.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogProbabilitiesTest {
    private static final double TOLERANCE = 1e-12;

    @Test
    void softmaxOfLogarithmsGivesTheSharesBack() {
        double[] logP = LogProbabilities.softmax(new double[] {Math.log(1), Math.log(3)});

        assertThat(logP).containsExactly(new double[] {Math.log(0.25), Math.log(0.75)}, within(TOLERANCE));
    }

    @Test
    void softmaxOfLargeLogitsStaysFinite() {
        assertThat(LogProbabilities.softmax(new double[] {1e4, 0})).containsExactly(0, -1e4);
    }

    @Test
    void entropyIsTheLogarithmOfEquallyLikelyClasses() {
        assertThat(LogProbabilities.entropy(LogProbabilities.softmax(new double[] {5, 5, 5, 5})))
                .isCloseTo(Math.log(4), within(TOLERANCE));
    }

    @Test
    void certaintyHasNoEntropy() {
        assertThat(LogProbabilities.entropy(LogProbabilities.softmax(new double[] {1e4, 0})))
                .isCloseTo(0, within(TOLERANCE));
    }

    @Test
    void divergenceByHand() {
        double[] p = {Math.log(0.25), Math.log(0.75)};
        double[] q = {Math.log(0.5), Math.log(0.5)};

        assertThat(LogProbabilities.divergence(p, p)).isZero();
        assertThat(LogProbabilities.divergence(p, q))
                .isCloseTo(0.25 * Math.log(0.5) + 0.75 * Math.log(1.5), within(TOLERANCE));
    }
}
