package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.SharedModels;
import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Neural Cleanse on the tests' own models, and on two of those beside the project where they are. */
class NeuralCleanseIT {
    private static final Path MODELS = Path.of("src/test/resources/dev/assay/shapes");
    private static final ImageSet CALIBRATION = load("0..200");
    private static final ImageSet IMAGES = load("200..600");
    private static final int TARGET =
            Trigger.read(MODELS.resolve("shapes_badnets.json"), 32, 32).target();

    private final Path folder;

    NeuralCleanseIT(@TempDir Path folder) {
        this.folder = folder;
    }

    private static ImageSet load(String range) {
        return DataSpec.parse("records:src/test/resources/dev/assay/shapes/shapes.bin#" + range)
                .load();
    }

    /** The small trigger is found from any seed; how small it is beside nine others, chance may explain now and then. */
    @Test
    void theBackdoorStandsOutFromAnySeed() {
        List<DefenseResult> results = LongStream.rangeClosed(1, 3)
                .mapToObj(seed -> inspect("shapes_badnets", Scheme.FP32, seed))
                .toList();

        assertThat(results)
                .as(results.stream().map(DefenseResult::reason).toList().toString())
                .allSatisfy(result ->
                        assertThat(norm(result, target -> target == TARGET)).isLessThan(6))
                .allSatisfy(result ->
                        assertThat(norm(result, target -> target != TARGET)).isGreaterThan(8))
                .noneMatch(result -> result.decision() == Decision.NOT_DETECTED)
                .filteredOn(result -> result.decision() == Decision.DETECTED)
                .isNotEmpty()
                .allMatch(result -> result.flaggedClasses().contains(TARGET));
    }

    /** The smallest norm of the triggers to some classes. */
    private static double norm(DefenseResult result, IntPredicate classes) {
        return NeuralCleanseEvidence.triggersIn(List.of(result)).stream()
                .filter(trigger -> classes.test(trigger.targetClass()))
                .mapToDouble(InvertedTrigger::norm)
                .min()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"FP32, 1", "FP32, 2"})
    void theCleanModelIsNotSuspected(Scheme scheme, long seed) {
        DefenseResult result = inspect("shapes_clean", scheme, seed);

        assertThat(result.decision()).as(result.reason()).isNotEqualTo(Decision.DETECTED);
        assertThat(result.flaggedClasses()).isEmpty();
    }

    /** A backdoored ResNet-18 and its clean twin on photographs, on their integer kernels. */
    @ParameterizedTest
    @CsvSource({"cifar10_badnets_s0.onnx, DETECTED", "cifar10_clean_s0.onnx, NOT_DETECTED"})
    void theZoosAnswersOnIntegers(String name, Decision decision) {
        SharedModels.assumeThere();
        SharedModels.Entry entry = SharedModels.zoo().stream()
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow();
        ImageSet calibration = SharedModels.trainingImages(entry.dataset()).slice(0, 512);
        ImageSet images = SharedModels.testImages(entry.dataset()).slice(0, 3000);

        DefenseResult result = inspect(entry.path(), calibration, images, Scheme.INT8_STATIC, 1);

        assertThat(result.decision()).as(result.reason()).isEqualTo(decision);
        assertThat(result.flaggedClasses()).isEqualTo(decision == Decision.DETECTED ? List.of(0) : List.of());
    }

    private DefenseResult inspect(String name, Scheme scheme, long seed) {
        return inspect(MODELS.resolve(name + ".onnx"), CALIBRATION, IMAGES, scheme, seed);
    }

    private DefenseResult inspect(Path path, ImageSet calibrationImages, ImageSet images, Scheme scheme, long seed) {
        String name = path.toString();
        ImageClassifier model = ImageClassifier.of(OnnxReader.read(path), name, ImageClassifier.Hints.NONE);
        ImageSource calibration = ImageSource.of(
                calibrationImages, Preprocessing.DEFAULT, model.ports().type());
        Path artifact = folder.resolve("artifact.onnx");
        OnnxWriter.write(
                Quantizer.quantize(model, scheme, QuantConfig.DEFAULTS, calibration, 1)
                        .model(),
                artifact);
        Suspect suspect = new Suspect(
                        artifact,
                        ImageClassifier.of(OnnxReader.read(artifact), name, ImageClassifier.Hints.NONE),
                        SessionSpec.cpu(2),
                        Preprocessing.DEFAULT,
                        images,
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        seed)
                .withGradient();
        return new NeuralCleanse(Config.DEFAULTS).inspect(suspect);
    }
}
