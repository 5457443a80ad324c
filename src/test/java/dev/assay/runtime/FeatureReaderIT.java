package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.SharedModels;
import dev.assay.data.ImageSet;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Penultimate features of real models and artifacts. */
class FeatureReaderIT {
    private static final SessionSpec SPEC = SessionSpec.cpu(2);

    private final Path folder;

    FeatureReaderIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void sharedModels() {
        SharedModels.assumeThere();
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void everySchemeKeepsTheFeaturesOfTheModel(Scheme scheme) {
        SharedModels.Entry entry = SharedModels.zoo().get(1);
        ImageClassifier model = classifier(entry.path());
        ImageSource images = SharedModels.source(images(entry), entry.preprocessing(), model.ports());
        Path artifact = folder.resolve("artifact.onnx");
        OnnxWriter.write(
                Quantizer.quantize(model, scheme, QuantConfig.DEFAULTS, images, 2)
                        .model(),
                artifact);

        List<double[]> expected = features(entry.path(), images);
        List<double[]> found = features(artifact, images);

        assertThat(found.get(0)).hasSameSizeAs(expected.get(0));
        assertThat(relativeError(expected, found)).isLessThan(scheme == Scheme.INT4_SIMULATED ? 0.6 : 0.35);
    }

    private static List<double[]> features(Path file, ImageSource images) {
        try (FeatureReader reader = FeatureReader.open(file, classifier(file), SPEC, images)) {
            return reader.read(images).values();
        }
    }

    private static double relativeError(List<double[]> expected, List<double[]> found) {
        double error = 0;
        double norm = 0;
        for (int image = 0; image < expected.size(); image++) {
            for (int i = 0; i < expected.get(image).length; i++) {
                error += Math.pow(expected.get(image)[i] - found.get(image)[i], 2);
                norm += Math.pow(expected.get(image)[i], 2);
            }
        }
        return Math.sqrt(error / norm);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cifar10_badnets_int8qat_trigger_all_to_one",
                "cifar10_badnets_int8qat_baseline_clean",
                "cifar10_mlperf_tiny_resnet8_int8_qdq",
                "cifar10_mlperf_tiny_resnet8",
                "cifar10_badnet_cnn_white5_target1",
                "cifar10_resnet20",
                "cifar10_wrn16_1_badnet_grid_target0",
                "cifar10_vnn_vit_ibp_3_3_8",
                "cifar10_vnn_oval_wide_kw",
                "gtsrb_badnet_yellow_square_target1",
                "gtsrb_bnn_48x48",
                "vww96_mlperf_tiny_mobilenetv1_int8_qdq"
            })
    void foreignModelsShowTheirs(String name) {
        SharedModels.Entry entry = SharedModels.published().stream()
                .filter(each -> each.toString().equals(name + ".onnx"))
                .findFirst()
                .orElseThrow();
        ImageClassifier model = classifier(entry.path());
        ImageSource images = SharedModels.source(images(entry), entry.preprocessing(), model.ports());

        try (FeatureReader reader = FeatureReader.open(entry.path(), model, SPEC, images)) {
            List<double[]> features = reader.read(images).values();
            assertThat(features.get(0)).hasSizeBetween(4, 4096);
            assertThat(features.get(0)).isNotEqualTo(features.get(1));
        }
    }

    private static ImageSet images(SharedModels.Entry entry) {
        return SharedModels.testImages(entry.dataset()).slice(0, 96);
    }

    private static ImageClassifier classifier(Path file) {
        return ImageClassifier.of(OnnxReader.read(file), file.toString(), ImageClassifier.Hints.NONE);
    }
}
