package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.defense.FeatureEvidence.LeftOut;
import dev.assay.defense.FeatureVerdict.LabelScore;
import dev.assay.defense.FeatureVerdict.Limits;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is concluded from scores made by hand. */
class FeatureVerdictTest {
    private static final Limits LIMITS = new Limits(2, 15, 10, 2);

    @Test
    void aLabelWhoseImagesLookLikeManyClassesIsDetected() {
        DefenseResult result = verdict(JudgedOrigin.TRAINING, 1.1, 1.2, 3.3, 1.0, 1.1, 1.2);

        assertThat(result.decision()).isEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).containsExactly(2);
        assertThat(result.score()).isEqualTo(3.3);
        assertThat(result.threshold()).isEqualTo(2);
        assertThat(result.reason()).isEqualTo("label 2 it is; judged: training images");
    }

    @Test
    void trainingImagesThatWereTakenElsewhereAreNoBackdoor() {
        DefenseResult result = result(survey(JudgedOrigin.TRAINING, 0), familiar(1.1, 2.2, 7.5, 1.2, 1.4, 2.6));

        assertThat(result.decision()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(result.score()).isEqualTo(7.5);
        assertThat(result.threshold()).isEqualTo(15);
        assertThat(result.reason()).isEqualTo("nothing; at most label 2 it is; judged: training images");
    }

    @Test
    void whatTheyDifferByMayBeTooMuchToPass() {
        DefenseResult result = result(survey(JudgedOrigin.TRAINING, 0), familiar(1.1, 2.2, 16, 1.2, 1.4, 2.6));

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.flaggedClasses()).isEmpty();
        assertThat(result.reason()).startsWith("images of label 2 differ from clean ones, but do not look like many");
    }

    @Test
    void aLesserScoreOfAForeignLabelGoesFirst() {
        List<LabelScore> scores = List.of(new LabelScore(0, 9, true, false), new LabelScore(1, 3, true, true));

        assertThat(result(survey(JudgedOrigin.TRAINING, 0), scores))
                .extracting(DefenseResult::decision, DefenseResult::score, DefenseResult::threshold)
                .containsExactly(Decision.DETECTED, 3.0, 2.0);
    }

    @Test
    void imagesWithTheKnownTriggerAreDrawnLikeTheOthers() {
        assertThat(result(survey(JudgedOrigin.KNOWN_TRIGGER, 0), familiar(2.1)).decision())
                .isEqualTo(Decision.DETECTED);
        assertThat(result(survey(JudgedOrigin.KNOWN_TRIGGER, 0), familiar(1.9)).decision())
                .isEqualTo(Decision.NOT_DETECTED);
        assertThat(result(survey(JudgedOrigin.KNOWN_TRIGGER, 0), List.of(new LabelScore(0, 12, false, false))))
                .extracting(DefenseResult::decision, DefenseResult::score)
                .containsExactly(Decision.INCONCLUSIVE, 1.0);
        assertThat(result(survey(JudgedOrigin.KNOWN_TRIGGER, 1), List.of()).reason())
                .startsWith("only 0 of 1 labels have enough images");
    }

    @Test
    void severalTargetsAreDetected() {
        assertThat(verdict(JudgedOrigin.TRAINING, 40, 1.2, 30, 1.0, 1.1, 1.3).flaggedClasses())
                .containsExactly(0, 2);
    }

    @Test
    void mostLabelsAreNoBackdoor() {
        DefenseResult result = new FeatureVerdict(
                        survey(JudgedOrigin.TRAINING, 0),
                        IntStream.range(0, 6)
                                .mapToObj(label -> new LabelScore(label, label < 4 ? 30 : 1, true, true))
                                .toList(),
                        LIMITS)
                .result("id", evidence(), "nothing", label -> "label " + label);

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).startsWith("images of 4 of 6 labels differ from clean ones");
        assertThat(result.flaggedClasses()).isEmpty();
    }

    @Test
    void whatChanceMayHaveMadeIsNotFlagged() {
        DefenseResult result = result(
                survey(JudgedOrigin.TRAINING, 0),
                List.of(new LabelScore(0, 50, false, true), new LabelScore(1, 1, true, true)));

        assertThat(result.decision()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(result.score()).isEqualTo(1);
    }

    @Test
    void invertedTriggersMustStandClear() {
        assertThat(verdict(JudgedOrigin.INVERTED_TRIGGERS, 24, 9, 8, 3, 2, 5).flaggedClasses())
                .containsExactly(0);
        assertThat(verdict(JudgedOrigin.INVERTED_TRIGGERS, 8.8, 7, 6, 3, 2, 1).decision())
                .isEqualTo(Decision.NOT_DETECTED);

        DefenseResult unclear = verdict(JudgedOrigin.INVERTED_TRIGGERS, 12, 9, 11, 3, 2, 1);

        assertThat(unclear.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(unclear.reason()).startsWith("inverted triggers lead to 2 of 6 classes by features");
    }

    @Test
    void fewInvertedTriggersCannotBeCompared() {
        assertThat(verdict(JudgedOrigin.INVERTED_TRIGGERS, 50, 2, 3))
                .extracting(DefenseResult::decision, DefenseResult::flaggedClasses)
                .containsExactly(Decision.INCONCLUSIVE, List.of());
        assertThat(verdict(JudgedOrigin.INVERTED_TRIGGERS, 1, 2, 3).reason())
                .startsWith("inverted triggers of 3 classes are too few to be compared");
    }

    @Test
    void aLabelWithoutCleanImagesToCompareWithIsNotSeen() {
        FeatureEvidence features = new FeatureEvidence(
                "these", "v", false, 1, 1, 10, List.of(new LeftOut(7, 30, 9), new LeftOut(8, 9, 3)));
        FeatureSurvey survey = new FeatureSurvey(JudgedOrigin.TRAINING, features, List.of());

        assertThat(result(survey, scores(1, 1.1, 1.2, 1, 1, 1)))
                .extracting(DefenseResult::decision, DefenseResult::reason)
                .containsExactly(
                        Decision.INCONCLUSIVE,
                        "fewer than 10 clean images to compare with have label 7: pass more with --data; judged: these");
        assertThat(result(survey, scores(1, 1.1, 9, 1, 1, 1)).decision()).isEqualTo(Decision.DETECTED);
    }

    @Test
    void silenceAboutMostLabelsIsInconclusive() {
        DefenseResult few = result(survey(JudgedOrigin.TRAINING, 4), scores(1, 1.2, 1.1));
        DefenseResult none = result(survey(JudgedOrigin.TRAINING, 4), List.of());

        assertThat(few.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(few.reason()).startsWith("only 3 of 7 labels have enough images");
        assertThat(none.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(none.score()).isNaN();
    }

    private static DefenseResult verdict(JudgedOrigin origin, double... scores) {
        return result(survey(origin, 0), scores(scores));
    }

    private static List<LabelScore> scores(double... scores) {
        return IntStream.range(0, scores.length)
                .mapToObj(label -> new LabelScore(label, scores[label], true, true))
                .toList();
    }

    /** The same of labels whose images look like clean ones of their class. */
    private static List<LabelScore> familiar(double... scores) {
        return IntStream.range(0, scores.length)
                .mapToObj(label -> new LabelScore(label, scores[label], true, false))
                .toList();
    }

    private static DefenseResult result(FeatureSurvey survey, List<LabelScore> scores) {
        return new FeatureVerdict(survey, scores, LIMITS)
                .result("id", evidence(), "nothing", label -> "label " + label + " it is");
    }

    private static FeatureSurvey survey(JudgedOrigin origin, int leftOut) {
        List<LeftOut> labels = IntStream.range(0, leftOut)
                .mapToObj(i -> new LeftOut(100 + i, 9, 50))
                .toList();
        return new FeatureSurvey(origin, new FeatureEvidence(origin.words(), "v", false, 1, 1, 10, labels), List.of());
    }

    private static Evidence evidence() {
        return new ActivationClusteringEvidence(
                new FeatureEvidence("", "", false, 1, 1, 10, List.of()), 1, 0, List.of(), List.of());
    }
}
