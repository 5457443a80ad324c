package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.SharedModels;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fine-Pruning on the zoo's residual networks: the known trigger on backdoored ones, images of each class on clean ones. */
class FinePruningIT {
    private static final Path ZOO = SharedModels.DATA.resolve("zoo");
    private static final float OPACITY = 0.7f;

    private final Path folder;

    FinePruningIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void sharedModels() {
        SharedModels.assumeThere();
    }

    @ParameterizedTest
    @CsvSource({"cifar10, FP32, 1", "cifar10, INT8_STATIC, 1", "gtsrb, INT8_STATIC, 2", "gtsrb, INT4_KERNEL, 1"})
    void theBackdoorHangsOnDormantChannels(String data, Scheme scheme, long seed) {
        Trigger known = Trigger.read(ZOO.resolve(data + "_badnets_s0.json"), 32, 32);

        DefenseResult result = inspect(suspect(data, "badnets", scheme, known, seed));

        assertThat(result.decision()).as(result.reason()).isEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).containsExactly(known.target());
        assertThat(result.score()).isGreaterThan(1.1 * result.threshold());
        assertThat(evidence(result).sameOperators()).isTrue();
    }

    /** An image of each class laid over others leads many there by what the class looks like. */
    @ParameterizedTest
    @CsvSource({
        "cifar10, FP32, 1",
        "cifar10, INT8_STATIC, 1",
        "cifar10, INT4_KERNEL, 1",
        "gtsrb, FP32, 1",
        "gtsrb, INT8_STATIC, 1"
    })
    void triggersOfACleanModelDoNot(String data, Scheme scheme, long seed) {
        Suspect suspect = suspect(data, "clean", scheme, null, seed);
        List<InvertedTrigger> overlays = IntStream.range(0, suspect.clean().classes())
                .mapToObj(label -> overlay(suspect.clean(), label))
                .toList();
        FinePruning.Config all = new FinePruning.Config(512, 512, 64, 64, overlays.size(), 32, 0.04, 0.5, 0.4);

        DefenseResult result = Defenses.inspect(new FinePruning(all), suspect.withInverted(overlays));

        assertThat(result.decision()).as(result.reason()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(result.score()).isLessThan(0.95 * result.threshold());
        assertThat(evidence(result).triggers())
                .filteredOn(trigger -> !Double.isNaN(trigger.excess()))
                .hasSizeGreaterThan(3);
    }

    private static InvertedTrigger overlay(ImageSet images, int label) {
        int image = IntStream.range(0, images.size())
                .filter(i -> images.label(i) == label)
                .findFirst()
                .orElseThrow();
        int plane = images.height() * images.width();
        float[] mask = new float[plane];
        float[] pattern = new float[ImageSet.CHANNELS * plane];
        Arrays.fill(mask, OPACITY);
        ByteBuffer pixels = images.image(image);
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = (pixels.get(i) & 0xFF) / 255f;
        }
        Trigger trigger = Trigger.of(label, images.height(), images.width(), mask, pattern);
        return InvertedTrigger.of(new Candidate(trigger, 1));
    }

    private static DefenseResult inspect(Suspect suspect) {
        return Defenses.inspect(new FinePruning(FinePruning.Config.DEFAULTS), suspect);
    }

    private static FinePruningEvidence evidence(DefenseResult result) {
        return (FinePruningEvidence) Objects.requireNonNull(result.evidence());
    }

    private Suspect suspect(String data, String kind, Scheme scheme, @Nullable Trigger known, long seed) {
        ImageClassifier model = classifier(ZOO.resolve(data + "_" + kind + "_s0.onnx"));
        ImageSource calibration = ImageSource.of(
                SharedModels.trainingImages(data).slice(0, 400),
                Preprocessing.DEFAULT,
                model.ports().type());
        Path artifact = folder.resolve(scheme.id() + ".onnx");
        OnnxWriter.write(
                Quantizer.quantize(model, scheme, QuantConfig.DEFAULTS, calibration, 2)
                        .model(),
                artifact);
        ImageSet clean = SharedModels.testImages(data);
        return new Suspect(
                artifact,
                classifier(artifact),
                SessionSpec.cpu(2),
                Preprocessing.DEFAULT,
                clean,
                null,
                known,
                null,
                List.of(),
                List.of(),
                seed);
    }

    private static ImageClassifier classifier(Path file) {
        return ImageClassifier.of(OnnxReader.read(file), file.toString(), ImageClassifier.Hints.NONE);
    }
}
