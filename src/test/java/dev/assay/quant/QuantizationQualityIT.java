package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.SharedModels;
import dev.assay.SharedModels.Entry;
import dev.assay.data.ImageSet;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * int8-static is as good as {@code onnxruntime.quantization} with the same images and calibrator, whose figures lie in
 * {@code python-minmax.tsv}. Both are judged by the answers they share with the float model. The accuracy is held
 * against the lower of the float model's and Python's: where Python's is above, rounding has helped by chance, which no
 * quantizer can promise. Held against Python's alone, three models would miss the tolerance (see the table's head).
 */
class QuantizationQualityIT {
    private static final int CALIBRATION_IMAGES = 512;
    private static final int TEST_IMAGES = 2000;
    /** Percentage points. */
    private static final double TOLERANCE = 0.3;

    /** Python's figures for one model, in percent. */
    record Reference(String model, double floatAccuracy, double accuracy, double agreement) {
        static Reference of(String line) {
            String[] fields = line.split("\t");
            return new Reference(
                    fields[0],
                    Double.parseDouble(fields[1]),
                    Double.parseDouble(fields[2]),
                    Double.parseDouble(fields[3]));
        }

        @Override
        public String toString() {
            return model;
        }
    }

    static Stream<Arguments> models() throws IOException {
        if (!Files.isDirectory(SharedModels.DATA)) {
            return Stream.empty();
        }
        List<Entry> entries = Stream.concat(SharedModels.published().stream(), SharedModels.zoo().stream())
                .toList();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(QuantizationQualityIT.class.getResourceAsStream("python-minmax.tsv")),
                StandardCharsets.UTF_8))) {
            return lines
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("model"))
                    .map(Reference::of)
                    .toList()
                    .stream()
                    .flatMap(reference -> entries.stream()
                            .filter(entry -> entry.toString().equals(reference.model() + ".onnx"))
                            .map(entry -> Arguments.of(reference, entry)));
        }
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("models")
    void asGoodAsPython(Reference python, Entry entry) {
        ImageClassifier model =
                ImageClassifier.of(OnnxReader.read(entry.path()), entry.toString(), ImageClassifier.Hints.NONE);
        ImageSource calibration = SharedModels.source(
                SharedModels.trainingImages(entry.dataset()).slice(0, CALIBRATION_IMAGES),
                entry.preprocessing(),
                model.ports());
        ImageSet images = SharedModels.testImages(entry.dataset()).slice(0, TEST_IMAGES);
        Artifact artifact = Quantizer.quantize(model, Scheme.INT8_STATIC, QuantConfig.DEFAULTS, calibration, 2);

        ImageSource source = SharedModels.source(images, entry.preprocessing(), model.ports());
        float[] expected = scores(OnnxWriter.toBytes(model.model()), model, source);
        float[] actual = scores(OnnxWriter.toBytes(artifact.model()), model, source);

        double accuracy = SharedModels.accuracyPercent(actual, images);
        double agreement = SharedModels.agreementPercent(actual, expected, images.size());
        assertThat(accuracy)
                .as("accuracy")
                .isGreaterThanOrEqualTo(Math.min(python.floatAccuracy(), python.accuracy()) - TOLERANCE);
        assertThat(agreement).as("agreement with float").isGreaterThanOrEqualTo(python.agreement());
    }

    private static float[] scores(byte[] bytes, ImageClassifier model, ImageSource images) {
        try (Classifier classifier = Classifier.open(bytes, "artifact", model, SessionSpec.cpu(2))) {
            return classifier.scores(images);
        }
    }
}
