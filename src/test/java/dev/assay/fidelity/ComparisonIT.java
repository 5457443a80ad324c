package dev.assay.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.SharedModels;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.fidelity.Evaluation.Attack;
import dev.assay.fidelity.Fidelity.Layer;
import dev.assay.onnx.OnnxReader;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real models compared with themselves and with somebody else's quantized file of them. */
class ComparisonIT {
    private static final Path RESNET8 = SharedModels.DATA.resolve("models/cifar10_mlperf_tiny_resnet8.onnx");
    private static final Path RESNET8_INT8 =
            SharedModels.DATA.resolve("models/cifar10_mlperf_tiny_resnet8_int8_qdq.onnx");

    @BeforeEach
    void sharedModels() {
        SharedModels.assumeThere();
    }

    @Test
    void aForeignArtifactIsMatchedLayerByLayer() {
        Fidelity fidelity = resnet8(SessionSpec.cpu(2).at(Optimization.BASIC));

        assertThat(fidelity.top1Agreement()).isGreaterThan(0.95);
        assertThat(fidelity.tapsBitIdentical()).isTrue();
        assertThat(fidelity.layersNote()).startsWith("Names differ");
        assertThat(fidelity.layers())
                .extracting(Layer::value)
                .containsExactly(
                        "relu_4",
                        "relu_7",
                        "batchnormalization_9",
                        "relu_14",
                        "batchnormalization_17",
                        "conv_16",
                        "relu_22",
                        "batchnormalization_25",
                        "conv_24",
                        "gemm_30");
        assertThat(fidelity.layers())
                .allSatisfy(layer -> assertThat(layer.sqnrDb()).isBetween(20.0, 40.0));
    }

    /** Most of its signed tensors become unsigned only while nobody else reads them: those are left alone. */
    @Test
    void tapsThatWouldChangeTheKernelsAreLeftOut() {
        Fidelity fidelity = resnet8(SessionSpec.cpu(2));

        assertThat(fidelity.tapsBitIdentical()).isTrue();
        assertThat(fidelity.layersNote()).contains("Only 2 of 10 can be read without changing the kernels.");
        assertThat(fidelity.layers()).extracting(Layer::value).containsExactly("relu_4", "conv_16");
    }

    @Test
    void flipsAreListedAndTheFirstAreDrawn() {
        Fidelity fidelity = resnet8(SessionSpec.cpu(2));

        assertThat(fidelity.flips()).hasSize(fidelity.flipCount()).hasSizeGreaterThan(12);
        assertThat(fidelity.flips().subList(0, 12))
                .allSatisfy(flip -> assertThat(flip.png()).startsWith("iVBORw0KGgo"));
        assertThat(fidelity.flips().get(12).png()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"cifar10, 97.6", "gtsrb, 94.0"})
    void aBackdoorSucceedsAsOftenAsItsDescriptionSays(String data, double percent) {
        Path file = SharedModels.DATA.resolve("zoo/" + data + "_badnets_s0.onnx");
        ImageSet images = SharedModels.testImages(data);
        ImageClassifier model = model(file);
        Trigger trigger = Trigger.read(SharedModels.DATA.resolve("zoo/" + data + "_badnets_s0.json"), 32, 32);
        ImageSource triggered =
                ImageSource.of(images, Preprocessing.DEFAULT, model.ports().type(), trigger);
        Evaluation evaluation =
                evaluation(images, Preprocessing.DEFAULT, model, new Attack(triggered, trigger.target()));

        Double rate = evaluation.attackSuccessRate(evaluation.answers(file, model, SessionSpec.cpu(2)));

        assertThat(rate).isCloseTo(percent / 100, within(0.0006));
    }

    private static Fidelity resnet8(SessionSpec spec) {
        Preprocessing preprocessing = SharedModels.published().stream()
                .filter(entry -> entry.path().equals(RESNET8))
                .findFirst()
                .orElseThrow()
                .preprocessing();
        ImageClassifier reference = model(RESNET8);
        Evaluation evaluation =
                evaluation(SharedModels.testImages("cifar10").slice(0, 1000), preprocessing, reference, null);
        Comparison comparison =
                new Comparison(evaluation, reference, evaluation.answers(RESNET8, reference, SessionSpec.cpu(2)));
        return comparison.measure(RESNET8_INT8, model(RESNET8_INT8), spec);
    }

    private static Evaluation evaluation(
            ImageSet images, Preprocessing preprocessing, ImageClassifier model, @Nullable Attack attack) {
        return new Evaluation(
                images, ImageSource.of(images, preprocessing, model.ports().type()), attack);
    }

    private static ImageClassifier model(Path file) {
        return ImageClassifier.of(OnnxReader.read(file), file.toString(), ImageClassifier.Hints.NONE);
    }
}
