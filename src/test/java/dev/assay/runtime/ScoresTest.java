package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.assay.InvalidModelException;
import dev.assay.TestScores;
import org.junit.jupiter.api.Test;

class ScoresTest {
    @Test
    void answerIsTheHighestScoreAndOfEqualOnesTheLowestClass() {
        Scores scores = TestScores.logits(3, 0, 2, 1, 5, 1, 5);

        assertThat(scores.images()).isEqualTo(2);
        assertThat(scores.answer(0)).isEqualTo(1);
        assertThat(scores.answer(1)).isZero();
    }

    @Test
    void probabilitiesBecomeLogarithmsThatStayFinite() {
        Scores scores = TestScores.probabilities(2, 1, 0);

        assertThat(scores.logits(0)).containsExactly(new double[] {0, Math.log(1e-7)}, within(1e-12));
        assertThat(scores.logProbabilities(0)[0]).isCloseTo(0, within(1e-6));
    }

    @Test
    void scoresThatAreNotFiniteAreNoAnswers() {
        assertThatThrownBy(() -> TestScores.logits(2, 0, 1, 0, Float.NaN))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("test: expected finite scores, got NaN for class 1 of image 1");
        assertThatThrownBy(() -> TestScores.logits(2, Float.NEGATIVE_INFINITY, 1))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("-Infinity");
    }
}
