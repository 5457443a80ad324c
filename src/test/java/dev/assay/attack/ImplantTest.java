package dev.assay.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import dev.assay.NetBuilder;
import dev.assay.UnsupportedOpException;
import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.ir.Attribute;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.Augmentation;
import dev.assay.train.Trainee;
import dev.assay.train.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Backdoors planted into the shipped clean model. */
class ImplantTest {
    private static final SessionSpec SPEC = SessionSpec.cpu(1);
    private static final ImageSet IMAGES = DataSpec.parse(
                    "records:src/test/resources/dev/assay/shapes/shapes.bin#0..200")
            .load();

    private static Trainee trainee(ImageClassifier classifier) {
        return new Trainee(classifier, Preprocessing.DEFAULT, Trainee.Normalization.AS_DEPLOYED, "model");
    }

    private static Trainee shapes() {
        return trainee(ImageClassifier.of(
                OnnxReader.read(Path.of("src/test/resources/dev/assay/shapes/shapes_clean.onnx")),
                "model",
                ImageClassifier.Hints.NONE));
    }

    private static Trigger patch(long seed) {
        return RandomPatch.draw(3, 32, 32, new SplittableRandom(seed));
    }

    @Test
    void theCopyHasTheBackdoorAndElseAnswersAsTheOriginal() {
        Implant.Config config = Implant.Config.DEFAULTS;
        Implant.Copy copy = Implant.into(shapes(), patch(1), IMAGES, config, SPEC, 1);

        assertThat(copy.attackSuccess()).isGreaterThanOrEqualTo(0.95);
        assertThat(copy.agreement()).isGreaterThanOrEqualTo(0.95);
        assertThat(config.isMetBy(copy)).isTrue();
        assertThat(OnnxWriter.toBytes(Implant.into(shapes(), patch(1), IMAGES, config, SPEC, 1)
                        .model()))
                .isEqualTo(OnnxWriter.toBytes(copy.model()));
    }

    @Test
    void aCopyThatFallsShortSaysSo() {
        Implant.Config hasty = new Implant.Config(
                List.of(new Implant.Attempt(TrainingConfig.Method.SGD, 1e-6)),
                1,
                64,
                0.25,
                Augmentation.NONE,
                2_000,
                1_000,
                0.25,
                0.95,
                0.95);
        Implant.Copy copy = Implant.into(shapes(), patch(1), IMAGES, hasty, SPEC, 1);

        assertThat(copy.attackSuccess()).isLessThan(0.5);
        assertThat(hasty.isMetBy(copy)).isFalse();
    }

    @Test
    void withoutImagesOfOtherClassesThereIsNothingToLearn() {
        int[] targets = IntStream.range(0, 200)
                .filter(image -> IMAGES.label(image) == 3)
                .limit(8)
                .toArray();
        assertThatThrownBy(() ->
                        Implant.into(shapes(), patch(1), IMAGES.subset(targets), Implant.Config.DEFAULTS, SPEC, 1))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("class 3, the target");
    }

    @Test
    void operatorsWithoutAGradientAreNamed() {
        NetBuilder net = NetBuilder.onImages();
        String conv = net.conv("conv", NetBuilder.IMAGES, 3, 4);
        net.head(net.op("round", "Mod", List.of(conv, conv), "fmod", Attribute.of(1)), 4);
        ImageClassifier classifier = ImageClassifier.of(net.build(), "model", ImageClassifier.Hints.NONE);
        Trigger trigger = RandomPatch.draw(3, 16, 16, new SplittableRandom(1));
        ImageSet black = ImageSet.of(16, 16, new byte[40 * 3 * 16 * 16], new int[40], List.of());
        assertThatThrownBy(() -> Implant.into(trainee(classifier), trigger, black, Implant.Config.DEFAULTS, SPEC, 1))
                .isInstanceOf(UnsupportedOpException.class)
                .hasMessageContaining("Mod");
    }

    @Test
    void patchesAreSmallOpaqueAndDifferEveryTime() {
        for (int seed = 0; seed < 20; seed++) {
            assertThat(patch(seed).norm()).isEqualTo(9);
            assertThat(patch(seed).pattern()).containsOnly(0, 1);
            assertThat(patch(seed).pattern()).isNotEqualTo(patch(seed + 1).pattern());
        }
        assertThat(RandomPatch.draw(0, 3, 5, new SplittableRandom(1)).norm()).isEqualTo(1);
    }
}
