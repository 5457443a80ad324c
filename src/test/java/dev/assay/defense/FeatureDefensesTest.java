package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Activation Clustering and Spectral Signatures on a net made by hand, which runs on the real runtime. */
class FeatureDefensesTest {
    private static final List<Defense> DEFENSES = List.of(
            new ActivationClustering(ActivationClustering.Config.QUICK),
            new SpectralSignatures(SpectralSignatures.Config.QUICK));

    private final Path folder;

    FeatureDefensesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    static Stream<Defense> defenses() {
        return DEFENSES.stream();
    }

    static Stream<Arguments> defensesAndSeeds() {
        return DEFENSES.stream().flatMap(defense -> Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(defense, seed)));
    }

    @ParameterizedTest
    @MethodSource("defensesAndSeeds")
    void poisonThatTheNetHasLearntIsDetected(Defense defense, long seed) {
        DefenseResult result = inspect(defense, true, CornerNet.poisoned(seed), null, seed);

        assertThat(result.decision()).as(result.reason()).isEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).containsExactly(CornerNet.TARGET);
        assertThat(result.score()).isGreaterThan(4 * result.threshold());
        assertThat(result.reason()).endsWith("judged: training images");
    }

    @ParameterizedTest
    @MethodSource("defensesAndSeeds")
    void cleanTrainingImagesPass(Defense defense, long seed) {
        assertPasses(inspect(defense, true, CornerNet.images(1200, seed), null, seed));
    }

    /** Poison that a net has not learnt is not answered with its label. */
    @ParameterizedTest
    @MethodSource("defensesAndSeeds")
    void aCleanNetPassesOnPoison(Defense defense, long seed) {
        assertPasses(inspect(defense, false, CornerNet.poisoned(seed), null, seed));
    }

    private static void assertPasses(DefenseResult result) {
        assertThat(result.decision()).as(result.reason()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(result.flaggedClasses()).isEmpty();
        assertThat(result.score()).isLessThan(0.6 * result.threshold());
    }

    @ParameterizedTest
    @MethodSource("defenses")
    void withoutTrainingImagesTheKnownTriggerIsJudged(Defense defense) {
        DefenseResult planted = inspect(defense, true, null, CornerNet.trigger(), 1);
        DefenseResult clean = inspect(defense, false, null, CornerNet.trigger(), 1);

        assertThat(planted.decision()).as(planted.reason()).isEqualTo(Decision.DETECTED);
        assertThat(planted.flaggedClasses()).containsExactly(CornerNet.TARGET);
        assertThat(planted.reason()).endsWith("judged: clean images stamped with the given trigger");
        assertThat(clean.decision()).as(clean.reason()).isEqualTo(Decision.NOT_DETECTED);
    }

    @ParameterizedTest
    @MethodSource("defenses")
    void withoutAnythingToJudgeTheyDoNotApply(Defense defense) {
        assertThat(inspect(defense, true, null, null, 1))
                .isEqualTo(DefenseResult.notApplicable(
                        defense.id(),
                        "pass --training-data or --trigger, or let neural-cleanse invert triggers first"));
    }

    @ParameterizedTest
    @MethodSource("defenses")
    void tooFewImagesAreInconclusive(Defense defense) {
        DefenseResult result = inspect(defense, true, CornerNet.images(40, 1), null, 1);

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).contains(" of 6 labels have enough images");
    }

    @ParameterizedTest
    @MethodSource("defenses")
    void sameSeedSameResult(Defense defense) {
        assertThat(inspect(defense, true, CornerNet.poisoned(1), null, 5))
                .isEqualTo(inspect(defense, true, CornerNet.poisoned(1), null, 5));
    }

    private DefenseResult inspect(
            Defense defense, boolean planted, @Nullable ImageSet training, @Nullable Trigger trigger, long seed) {
        return Defenses.inspect(defense, CornerNet.suspect(folder, planted, training, trigger, List.of(), seed));
    }
}
