package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.SharedModels;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.onnx.OnnxReader;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** STRIP on the zoo's clean and backdoored models. */
class StripIT {
    private static final Path ZOO = SharedModels.DATA.resolve("zoo");

    @BeforeEach
    void sharedModels() {
        SharedModels.assumeThere();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aPlantedBackdoorIsFound(long seed) {
        DefenseResult result = inspect("cifar10", "badnets", true, Strip.Config.QUICK, seed);

        assertThat(result.decision()).isEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).containsExactly(0);
        assertThat(result.score()).isGreaterThan(0.4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aCleanModelPasses(long seed) {
        DefenseResult result = inspect("cifar10", "clean", true, Strip.Config.QUICK, seed);

        assertThat(result.decision()).isNotEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).isEmpty();
        assertThat(result.score()).isLessThan(0.15);
    }

    static List<Strip.Config> configsWithEnoughInputs() {
        return List.of(Strip.Config.STANDARD, Strip.Config.DEFAULTS);
    }

    @ParameterizedTest
    @MethodSource("configsWithEnoughInputs")
    void onlyTheBackdooredModelIsSuspected(Strip.Config config) {
        assertThat(inspect("cifar10", "clean", true, config, 1).decision()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(inspect("cifar10", "badnets", true, config, 1).decision()).isEqualTo(Decision.DETECTED);
    }

    /** The model answers so surely that the threshold lies where no input can be: a working trigger goes unseen. */
    @ParameterizedTest
    @ValueSource(strings = {"badnets", "clean"})
    void silenceOnASureModelIsNoPass(String kind) {
        DefenseResult result = inspect("gtsrb", kind, true, Strip.Config.QUICK, 1);

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).startsWith("the model is too sure of itself");
    }

    @Test
    void sameSeedSameResult() {
        assertThat(inspect("cifar10", "badnets", true, Strip.Config.QUICK, 4))
                .isEqualTo(inspect("cifar10", "badnets", true, Strip.Config.QUICK, 4));
    }

    /** Triggers inverted on clean models can survive overlays too. */
    @Test
    void anInvertedTriggerIsNoProof() {
        InvertedTrigger inverted = InvertedTrigger.of(new Candidate(trigger("cifar10"), 0.97));

        DefenseResult result = Defenses.inspect(
                new Strip(Strip.Config.QUICK),
                suspect("cifar10_badnets", null, 1, SharedModels.testImages("cifar10"))
                        .withInverted(List.of(inverted)));

        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.score()).isGreaterThan(0.4);
        assertThat(result.reason()).endsWith("inverted triggers of clean models can do so too");
    }

    @Test
    void withoutInputsToJudgeItDoesNotApply() {
        DefenseResult result = inspect("cifar10", "clean", false, Strip.Config.QUICK, 1);

        assertThat(result)
                .isEqualTo(DefenseResult.notApplicable(
                        "strip", "pass --training-data or --trigger, or let neural-cleanse invert triggers first"));
    }

    @Test
    void tooFewImagesDoNotApply() {
        ImageSet few = SharedModels.testImages("cifar10").slice(0, 160);

        DefenseResult result = inspect("cifar10_clean", trigger("cifar10"), Strip.Config.QUICK, 1, few);

        assertThat(result.decision()).isEqualTo(Decision.NOT_APPLICABLE);
        assertThat(result.reason()).isEqualTo("pass more images with --data: expected more than 160, got 160");
    }

    private static DefenseResult inspect(String data, String kind, boolean trigger, Strip.Config config, long seed) {
        return inspect(data + "_" + kind, trigger ? trigger(data) : null, config, seed, SharedModels.testImages(data));
    }

    private static DefenseResult inspect(
            String model, @Nullable Trigger trigger, Strip.Config config, long seed, ImageSet images) {
        return Defenses.inspect(new Strip(config), suspect(model, trigger, seed, images));
    }

    private static Suspect suspect(String model, @Nullable Trigger trigger, long seed, ImageSet images) {
        Path file = ZOO.resolve(model + "_s0.onnx");
        ImageClassifier classifier =
                ImageClassifier.of(OnnxReader.read(file), file.toString(), ImageClassifier.Hints.NONE);
        return new Suspect(
                file,
                classifier,
                SessionSpec.cpu(2),
                Preprocessing.DEFAULT,
                images,
                null,
                trigger,
                null,
                List.of(),
                List.of(),
                seed);
    }

    private static Trigger trigger(String data) {
        return Trigger.read(ZOO.resolve(data + "_badnets_s0.json"), 32, 32);
    }
}
