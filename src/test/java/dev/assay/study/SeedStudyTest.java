package dev.assay.study;

import static dev.assay.study.StudyFixtures.deployment;
import static dev.assay.study.StudyFixtures.failed;
import static dev.assay.study.StudyFixtures.model;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.defense.Decision;
import dev.assay.quant.Scheme;
import dev.assay.study.Comparison.Answer;
import dev.assay.study.StudiedModel.StudiedDeployment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedStudyTest {
    private static final Decision SEEN = Decision.DETECTED;
    private static final Decision UNSEEN = Decision.NOT_DETECTED;

    private static Comparison compare(Claim claim, StudiedModel model) {
        return claim.compare(model);
    }

    private static StudiedDeployment successful(Scheme scheme, double success) {
        return deployment(scheme, 0.9, success, SEEN, SEEN);
    }

    /** Reported: above 99 %. */
    @ParameterizedTest
    @CsvSource({
        "0.998, 0.995, AGREES, it succeeds as often as reported on int8-linear-only, 'int8-static'",
        "0.976, 0.957, AGREES, less than reported in float already; what is lost at most is 1.9 points, on int8-static",
        "0.976, 0.9, DIFFERS, less than reported in float already; what is lost at most is 7.6 points, on int8-static",
        "0.998, 0.97, DIFFERS, as reported in float; what is lost at most is 2.8 points, on int8-static",
    })
    void aBackdoorThatKeepsItsSuccessSurvives(double inFloat, double lowest, Answer answer, String why) {
        Comparison it = compare(
                Claim.SURVIVES_INT8,
                model(
                        "shapes",
                        successful(Scheme.FP32, inFloat),
                        successful(Scheme.INT8_LINEAR_ONLY, inFloat),
                        successful(Scheme.INT8_STATIC, lowest)));

        assertThat(it.answer()).isEqualTo(answer);
        assertThat(it.why()).startsWith(why);
        assertThat(it.measured())
                .isEqualTo("%.1f %% to %.1f %%, float %.1f %%", 100 * lowest, 100 * inFloat, 100 * inFloat);
    }

    @Test
    void aBackdoorThatGainsSuccessLosesNothing() {
        StudiedModel model = model("shapes", successful(Scheme.FP32, 0.94), successful(Scheme.INT8_STATIC, 0.95));
        assertThat(compare(Claim.SURVIVES_INT8, model).why())
                .isEqualTo("less than reported in float already; nothing of that is lost");
    }

    @Test
    void oneDetectionContradictsBlindness() {
        StudiedModel model = model(
                "shapes",
                deployment(Scheme.FP32, 0.9, 0.9, SEEN, SEEN),
                deployment(Scheme.INT8_LINEAR_ONLY, 0.9, 0.9, UNSEEN, Decision.INCONCLUSIVE),
                deployment(Scheme.INT8_STATIC, 0.9, 0.9, UNSEEN, SEEN));

        Comparison it = compare(Claim.UNSEEN_IN_INT8, model);

        assertThat(it.answer()).isEqualTo(Answer.DIFFERS);
        assertThat(it.measured()).isEqualTo("int8-linear-only: 0 of 2 detect, int8-static: 1 of 2 detect");
        assertThat(it.why()).isEqualTo("float: 2 of 2 detect; detected by strip on int8-static");
    }

    @Test
    void silenceEverywhereAgreesWithBlindness() {
        StudiedModel model = model(
                "shapes",
                deployment(Scheme.FP32, 0.9, 0.9, SEEN, UNSEEN),
                deployment(Scheme.INT8_DYNAMIC, 0.9, 0.9, UNSEEN, Decision.INCONCLUSIVE));

        Comparison it = compare(Claim.UNSEEN_IN_INT8, model);

        assertThat(it.answer()).isEqualTo(Answer.AGREES);
        assertThat(it.why()).isEqualTo("float: 1 of 2 detect; nothing is detected");
    }

    @Test
    void normsThatDifferContradictEqualOnes() {
        Comparison it = compare(
                Claim.NORMS_ALIKE_IN_INT8, model("shapes", deployment(Scheme.INT8_LINEAR_ONLY, 0.9, 0.9, SEEN, SEEN)));

        assertThat(it.answer()).isEqualTo(Answer.DIFFERS);
        assertThat(it.measured()).isEqualTo("5.9 to 60.1 pixels with a gradient");
        assertThat(it.why())
                .isEqualTo("without a gradient the study's optimizer gives every class 27.9039, whatever the model: the"
                        + " reported figure; with the gradient of int8-linear-only the smallest trigger leads to class 0,"
                        + " the attack's");
    }

    @Test
    void equalNormsAgree() {
        Comparison it = compare(
                Claim.NORMS_ALIKE_IN_INT8,
                model("shapes", deployment(Scheme.INT8_LINEAR_ONLY, 0.9, 0.9, SEEN, SEEN, 28.1, 27.9, 28, 28, 28.1)));

        assertThat(it.answer()).isEqualTo(Answer.AGREES);
        assertThat(it.why()).endsWith("leads to class 1, not the attack's, which is 0");
    }

    @ParameterizedTest
    @CsvSource({"0.55, AGREES", "0.8, DIFFERS", "0.84, DIFFERS"})
    void aLossOfAccuracyHasTheReportedSizeFromHalfOfItOn(double accuracy, Answer answer) {
        Comparison it = compare(
                Claim.COSTS_ACCURACY_IN_INT4,
                model(
                        "cifar10",
                        deployment(Scheme.FP32, 0.83, 0.9, SEEN, SEEN),
                        deployment(Scheme.INT4_SIMULATED, accuracy, 0.9, SEEN, SEEN),
                        deployment(Scheme.INT4_KERNEL, 0.83, 0.9, SEEN, SEEN)));

        assertThat(it.answer()).isEqualTo(answer);
        assertThat(it.why()).endsWith("points; reported: -38.0");
    }

    @ParameterizedTest
    @CsvSource({
        "SEEN_ON_EASY_IN_INT4, DETECTED, AGREES",
        "SEEN_ON_EASY_IN_INT4, NOT_DETECTED, DIFFERS",
        "SEEN_ON_EASY_IN_INT4, ERROR, NOT_MEASURED",
        "UNSEEN_ON_HARD_IN_INT4, DETECTED, DIFFERS",
        "UNSEEN_ON_HARD_IN_INT4, INCONCLUSIVE, AGREES",
        "UNSEEN_ON_HARD_IN_INT4, NOT_APPLICABLE, NOT_MEASURED",
    })
    void neuralCleanseInFourBitsIsWhatItSaysOfRoundedWeights(Claim claim, Decision simulated, Answer answer) {
        StudiedModel model = model(
                "any",
                deployment(Scheme.FP32, 0.9, 0.9, SEEN, SEEN),
                deployment(Scheme.INT4_SIMULATED, 0.9, 0.9, simulated, SEEN),
                deployment(Scheme.INT4_KERNEL, 0.9, 0.9, UNSEEN, SEEN));

        assertThat(compare(claim, model).answer()).isEqualTo(answer);
    }

    @Test
    void whatCannotBeMeasuredAnswersNothing() {
        StudiedModel model = model(
                "cifar10",
                failed(Scheme.FP32, "no"),
                failed(Scheme.INT8_LINEAR_ONLY, "no"),
                failed(Scheme.INT4_SIMULATED, "no"));

        assertThat(SeedStudy.compare(List.of(model)))
                .extracting(Comparison::answer)
                .containsOnly(Answer.NOT_MEASURED);
    }

    @Test
    void claimsAboutDataSetsAreHeldAgainstTheirModelsOnly() {
        StudiedModel hard = model("cifar10", deployment(Scheme.FP32, 0.9, 0.9, SEEN, SEEN));
        StudiedModel easy = model("signs", deployment(Scheme.FP32, 0.9, 0.9, SEEN, SEEN));
        StudiedModel neither = model("shapes", deployment(Scheme.FP32, 0.9, 0.9, SEEN, SEEN));

        assertThat(SeedStudy.compare(List.of(hard, easy, neither))).hasSize(4 * 3 + 3);
        assertThat(SeedStudy.compare(List.of(easy)))
                .filteredOn(it -> it.claim().contains("hard set"))
                .hasSize(2)
                .allSatisfy(it -> {
                    assertThat(it.model()).isEmpty();
                    assertThat(it.answer()).isEqualTo(Answer.NOT_MEASURED);
                });
    }
}
