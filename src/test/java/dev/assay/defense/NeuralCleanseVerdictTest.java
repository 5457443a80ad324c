package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.defense.NeuralCleanseEvidence.ClassTrigger;
import dev.assay.defense.NeuralCleanseEvidence.FrontierPoint;
import dev.assay.defense.NeuralCleanseEvidence.LevelComparison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is concluded from norms made by hand; NaN stands for a level that no trigger reached. */
class NeuralCleanseVerdictTest {
    private static final int SIDE = 8;
    private static final double NONE = Double.NaN;
    private static final List<Double> LEVELS = Config.DEFAULTS.levels();
    private static final NeuralCleanseEvidence NO_EVIDENCE =
            new NeuralCleanseEvidence("exact", 1, 1, 1, List.of(), LEVELS, List.of(), List.of(), List.of(), List.of());

    @Test
    void aClassFarBelowTheOthersIsDetected() {
        DefenseResult result = verdict(30, 32, 4, 35, 38, 40, 33, 36);

        assertThat(result.decision()).isEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).containsExactly(2);
        assertThat(result.score()).isGreaterThan(result.threshold());
        assertThat(result.threshold()).isEqualTo(2);
        assertThat(result.reason())
                .isEqualTo(
                        "a mask of 4.0 pixels leads 95 % of images to class 2, far smaller than the others' (p < 0.001)");
    }

    @Test
    void severalTargetsAreDetected() {
        DefenseResult result = verdict(30, 32, 4, 35, 38, 40, 33, 36, 3, 34, 37, 31);

        assertThat(result.decision()).isEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).containsExactly(2, 8);
    }

    @Test
    void normsOfOneKindAreNotDetected() {
        DefenseResult result = verdict(30, 32, 28, 35, 38, 40, 33, 36);

        assertThat(result.decision()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(result.flaggedClasses()).isEmpty();
        assertThat(result.reason())
                .startsWith(
                        "no class is led to by a much smaller trigger than the others; the most suspicious is class 2 (p = ")
                .endsWith(")");
    }

    @Test
    void aClassFarAboveTheOthersIsNot() {
        assertThat(verdict(30, 32, 34, 35, 38, 40, 33, 63).decision()).isEqualTo(Decision.NOT_DETECTED);
    }

    @Test
    void whatMayBeChanceIsInconclusive() {
        DefenseResult result = verdict(22, 30, 34, 40, 41, 42, 36, 38);

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.flaggedClasses()).isEmpty();
        assertThat(result.score()).isBetween(1.3, result.threshold());
        assertThat(result.reason())
                .startsWith("class 0 is led to by a smaller trigger than the others, which may be chance (p = 0.0");
    }

    @Test
    void isInDoubtWhereChanceMakesSuchANormNowAndThen() {
        assertThat(of(22, 30, 34, 40, 41, 42, 36, 38).isInDoubt(0.001))
                .as("suspected")
                .isTrue();
        assertThat(of(17, 30, 34, 40, 41, 42, 36, 38).of(NO_EVIDENCE).decision())
                .isEqualTo(Decision.DETECTED);
        assertThat(of(17, 30, 34, 40, 41, 42, 36, 38).isInDoubt(0.001))
                .as("detected")
                .isTrue();
        assertThat(of(4, 30, 34, 40, 41, 42, 36, 38).isInDoubt(0.001))
                .as("p < .001")
                .isFalse();
        assertThat(of(29, 30, 34, 40, 41, 42, 36, 38).isInDoubt(0.001))
                .as("nothing")
                .isFalse();
        assertThat(of(27.9, 27.9, 27.9, 27.9, 27.9).isInDoubt(0.001))
                .as("equal")
                .isFalse();
    }

    private static NeuralCleanseVerdict of(double... norms) {
        return verdict(LEVELS, frontiers(norms, norms, norms), norms.length);
    }

    private static NeuralCleanseVerdict verdict(List<Double> levels, List<TriggerFrontier> frontiers, int classes) {
        return new NeuralCleanseVerdict(
                Config.DEFAULTS, levels, frontiers, ClassSample.all(classes), Collections.nCopies(classes, 0.02));
    }

    /** A class whose small mask only adds to what is so without it, be the others comparable or not. */
    @ParameterizedTest
    @CsvSource({"0.93, 93", "0.2, 20"})
    void aClassThatImagesAreTakenForWithoutATriggerIsNoPassAndNotAccused(double share, int percent) {
        double[] norms = {4, 30, 34, 40, 41, 42, 36, 38};
        List<Double> without = new ArrayList<>(Collections.nCopies(norms.length, 0.02));
        without.set(0, share);

        DefenseResult result = leaning(without, norms);

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.flaggedClasses()).isEmpty();
        assertThat(result.reason())
                .isEqualTo(
                        "class 0 is answered for %d %% of the other classes' images without a trigger: a small one says nothing of it",
                        percent);
    }

    @Test
    void aModelThatLeansToOneClassIsStillAccusedForAnother() {
        List<Double> without = new ArrayList<>(Collections.nCopies(8, 0.02));
        without.set(1, 0.5);

        assertThat(leaning(without, 4, 30, 34, 40, 41, 42, 36, 38).flaggedClasses())
                .containsExactly(0);
    }

    private static DefenseResult leaning(List<Double> withoutTrigger, double... norms) {
        return new NeuralCleanseVerdict(
                        Config.DEFAULTS,
                        LEVELS,
                        frontiers(norms, norms, norms),
                        ClassSample.all(norms.length),
                        withoutTrigger)
                .of(NO_EVIDENCE);
    }

    /** Norms of a clean model of which six lie close together: the paper's index of the last is 3. */
    @Test
    void aNormBesideACrowdIsNoOutlier() {
        DefenseResult result = verdict(49.1, 47.6, 48.8, 47.6, 41.1, 39.5, 45.9, 59.2, 46.1, 34.4);

        assertThat(result.decision()).isEqualTo(Decision.NOT_DETECTED);
    }

    /** What the seed study's masks came to, and its guard passed. */
    @Test
    void equalNormsAreNoPass() {
        DefenseResult result = verdict(27.9, 27.9, 27.9, 27.9, 27.9, 27.9, 27.9, 27.9, 27.9, 27.9);

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.score()).isNaN();
        assertThat(result.reason()).isEqualTo("norms cannot be compared: they are equal");
    }

    @Test
    void aSmallNormAmongEqualOnesIsInconclusiveToo() {
        DefenseResult result = verdict(3, 20, 20, 20, 20, 20, 20);

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.flaggedClasses()).isEmpty();
    }

    @Test
    void fewerThanHalfOfTheClassesCannotBeCompared() {
        DefenseResult result = verdict(3, 30, 32, 34, 36, NONE, NONE, NONE, NONE, NONE, NONE);

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason())
                .isEqualTo("norms cannot be compared: no trigger led 90 % of images to its target for 6 of 11 classes");
    }

    @Test
    void tooFewClassesCannotBeCompared() {
        assertThat(verdict(3, 30, 32, 34, NONE).decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(verdict(NONE, NONE, NONE, NONE, NONE).decision()).isEqualTo(Decision.INCONCLUSIVE);
    }

    @Test
    void aClassWithoutTriggerIsLeftOut() {
        DefenseResult result = verdict(30, NONE, 4, 35, 38, 40, 33, 36);

        assertThat(result.decision()).isEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).containsExactly(2);
    }

    /** Rounding caps the backdoor's success below the highest level, where only a large mask of its class is compared. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void oneLevelIsEnough(int levels) {
        double[] high = {40, 38, 42, 36, 50, 45, 40, 55};
        double[] low = {4, 34, 37, 33, 44, 40, 36, 48};
        double[][] norms = {high, high, low};

        DefenseResult result = verdict(Arrays.copyOfRange(norms, 3 - levels, 3));

        assertThat(result.decision()).isEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).containsExactly(0);
        assertThat(verdict(high).decision()).isEqualTo(Decision.NOT_DETECTED);
    }

    /** Nor does looking at several levels accuse what one alone would not. */
    @Test
    void suspicionsAtAllLevelsAreNoSurerThanOne() {
        double[] norms = {22, 30, 34, 40, 41, 42, 36, 38};

        assertThat(verdict(norms, norms, norms).score())
                .isCloseTo(verdict(norms).score(), within(1e-9));
    }

    @Test
    void saysHowManyClassesWereNotCompared() {
        assertThat(verdict(30, 32, 28, 35, 38, NONE, NONE, 36).reason())
                .endsWith("; no trigger led 90 % of images to its target for 2 of 8 classes, which were not compared");
    }

    /** Without the highest three norms would be left, of which none says how much the others differ by chance. */
    @Test
    void fiveAreComparedInAnyCase() {
        assertThat(verdict(2, 3, 3.05, 3.1, 60).decision()).isEqualTo(Decision.NOT_DETECTED);
    }

    @Test
    void levelsThatFewReachedAreLeftOut() {
        double[] few = {19, 38, NONE, NONE, NONE, NONE, NONE, NONE};
        double[] all = {4, 34, 37, 33, 44, 40, 36, 48};

        NormComparison comparison = NormComparison.of(
                frontiers(few, all, all), LEVELS, NeuralCleanse.FEWEST_CLASSES, ClassSample.all(8), 0.01);

        assertThat(comparison.levels()).extracting(LevelComparison::level).containsExactly(0.95, 0.9);
        LevelComparison level = comparison.levels().get(0);
        assertThat(level.classes()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(level.median()).isCloseTo(36.5, within(1e-3));
        assertThat(level.lowestClass()).isZero();
        assertThat(level.index()).isBetween(level.lowestIndex(), level.highestIndex());
    }

    @Test
    void evidenceHoldsTheFrontierOfEachClass() {
        double[] high = {NONE, 38, 42, 36, 50};
        double[] low = {4, 34, 37, 33, 44};

        List<ClassTrigger> classes =
                verdict(Config.DEFAULTS.levels(), frontiers(high, low, low), 5).classes();

        ClassTrigger first = classes.get(0);
        assertThat(first.frontier().get(0)).isEqualTo(new FrontierPoint(0.99, NONE, NONE));
        assertThat(first.frontier().get(1).norm()).isCloseTo(4, within(1e-3));
        assertThat(triggerNorm(first)).isCloseTo(4, within(1e-3));
        assertThat(triggerNorm(classes.get(1))).isCloseTo(34, within(1e-3));
        assertThat(verdict(Config.DEFAULTS.levels(), frontiers(new double[] {NONE}), 1)
                        .classes()
                        .get(0)
                        .trigger())
                .isNull();
    }

    private static double triggerNorm(ClassTrigger found) {
        return Objects.requireNonNull(found.trigger()).norm();
    }

    private static DefenseResult verdict(double... norms) {
        return verdict(norms, norms, norms);
    }

    /** Norms at each level, the lowest level last. */
    private static DefenseResult verdict(double[]... normsPerLevel) {
        List<Double> levels = LEVELS.subList(LEVELS.size() - normsPerLevel.length, LEVELS.size());
        return verdict(levels, frontiers(normsPerLevel), normsPerLevel[0].length)
                .of(NO_EVIDENCE);
    }

    private static List<TriggerFrontier> frontiers(double[]... normsPerLevel) {
        List<TriggerFrontier> frontiers = new ArrayList<>();
        for (int target = 0; target < normsPerLevel[0].length; target++) {
            List<Optional<Candidate>> best = new ArrayList<>();
            for (int level = 0; level < LEVELS.size(); level++) {
                double norm = normsPerLevel[Math.min(level, normsPerLevel.length - 1)][target];
                best.add(
                        Double.isNaN(norm)
                                ? Optional.empty()
                                : Optional.of(new Candidate(trigger(target, norm), LEVELS.get(level))));
            }
            frontiers.add(new TriggerFrontier(target, best, 1));
        }
        return frontiers;
    }

    private static Trigger trigger(int target, double norm) {
        float[] mask = new float[SIDE * SIDE];
        Arrays.fill(mask, (float) (norm / mask.length));
        return Trigger.of(target, SIDE, SIDE, mask, new float[3 * mask.length]);
    }
}
