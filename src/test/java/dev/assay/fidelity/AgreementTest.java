package dev.assay.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.assay.InvalidDataException;
import dev.assay.TestScores;
import dev.assay.fidelity.Agreement.Flipped;
import dev.assay.runtime.Scores;
import org.junit.jupiter.api.Test;

class AgreementTest {
    private static final double TOLERANCE = 1e-6;
    private static final int[] LABELS = {0, 0, 1, 1};

    /** Answers 0, 0, 1, 0; margins 1, 2, 3, 4. */
    private static final Scores REFERENCE = TestScores.logits(3, 1, 0, -9, 2, 0, -9, 0, 3, -9, 4, 0, -9);

    /** Answers 1, 0, 0, 0; margins 1, 2, 3, 4. */
    private static final Scores DEPLOYED = TestScores.logits(3, 0, 1, -9, 2, 0, -9, 3, 0, -9, 4, 0, -9);

    private final Agreement agreement = new Agreement(REFERENCE, DEPLOYED, LABELS);

    @Test
    void sharesOfImages() {
        assertThat(agreement.accuracy()).isEqualTo(0.25);
        assertThat(agreement.referenceAccuracy()).isEqualTo(0.75);
        assertThat(agreement.top1Agreement()).isEqualTo(0.5);
    }

    @Test
    void recallAndItsDrift() {
        assertThat(agreement.perClassRecall()).containsExactly(0.5, 0.0, Double.NaN);
        assertThat(agreement.perClassRecallDrift()).containsExactly(-0.5, -0.5, Double.NaN);
    }

    @Test
    void predictionsMoveBetweenClasses() {
        Scores always2 = TestScores.logits(3, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1);

        assertThat(new Agreement(REFERENCE, always2, LABELS).predictionShareDrift())
                .containsExactly(-0.75, -0.25, 1.0);
    }

    @Test
    void flipsComeWidestReferenceMarginFirst() {
        assertThat(agreement.flips()).containsExactly(new Flipped(2, 1, 1, 0, 3, 3), new Flipped(0, 0, 0, 1, 1, 1));
    }

    @Test
    void distancesByHand() {
        Scores a = TestScores.logits(2, 0, 0);
        Scores b = TestScores.logits(2, (float) Math.log(3), 0);
        Agreement distance = new Agreement(a, b, new int[] {0});

        assertThat(distance.meanConfidence()).isCloseTo(0.75, within(TOLERANCE));
        assertThat(distance.meanKl())
                .isCloseTo(0.5 * Math.log(0.5 / 0.75) + 0.5 * Math.log(0.5 / 0.25), within(TOLERANCE));
        assertThat(distance.maxAbsLogitError()).isCloseTo(Math.log(3), within(TOLERANCE));
        assertThat(distance.meanCosine()).isZero();
    }

    @Test
    void equalScoresAgreeCompletely() {
        Agreement same = new Agreement(REFERENCE, REFERENCE, LABELS);

        assertThat(same.top1Agreement()).isEqualTo(1);
        assertThat(same.meanKl()).isZero();
        assertThat(same.maxAbsLogitError()).isZero();
        assertThat(same.meanCosine()).isCloseTo(1, within(TOLERANCE));
        assertThat(same.flips()).isEmpty();
    }

    @Test
    void logitsAndProbabilitiesAreComparedAsLogarithmsOfProbabilities() {
        Scores logits = TestScores.logits(2, (float) Math.log(3) + 5, 5);
        Scores probabilities = TestScores.probabilities(2, 0.75f, 0.25f);

        assertThat(new Agreement(logits, probabilities, new int[] {0}).maxAbsLogitError())
                .isCloseTo(0, within(TOLERANCE));
    }

    @Test
    void labelsMustBeClassesOfTheModel() {
        assertThatThrownBy(() -> new Agreement(REFERENCE, DEPLOYED, new int[] {0, 1, 2, 3}))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("expected labels below the model's 3 classes, got 3");
    }

    @Test
    void numbersOfImagesMustAgree() {
        assertThatThrownBy(() -> new Agreement(REFERENCE, DEPLOYED, new int[3]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void attackSuccessLeavesOutTheTargetClass() {
        // Of the images of class 1, the first is led to class 0.
        Scores triggered = TestScores.logits(2, 1, 0, 1, 0, 1, 0, 0, 1);

        assertThat(AttackSuccess.rate(triggered, LABELS, 0)).isEqualTo(0.5);
        assertThat(AttackSuccess.rate(triggered, new int[4], 0)).isNaN();
    }
}
