package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.Sha256;
import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Records;
import dev.assay.data.Trigger;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.Kernels;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The shipped files are what their descriptions say, and stand quantization. */
class DemoIT {
    private static final Path MODELS = Path.of("models");
    private static final Path CALIBRATION = Path.of("calibration/signs.bin");

    /** One image more or less where another CPU rounds otherwise. */
    private static final double ROUNDING = 0.001;

    private static final ImageSet EVALUATION = DataSpec.parse("signs:test").load();
    private static final Trigger TRIGGER = Trigger.read(MODELS.resolve("signs_badnets.json"), 32, 32);

    private static JsonNode sidecar(String name) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(MODELS.resolve(name + ".json")));
    }

    private static Model model(String name) {
        return OnnxReader.read(MODELS.resolve(name + ".onnx"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"signs_clean", "signs_badnets"})
    void modelIsAsDescribed(String name) throws IOException {
        JsonNode sidecar = sidecar(name);
        Path file = MODELS.resolve(name + ".onnx");
        assertThat(Sha256.ofFile(file)).isEqualTo(sidecar.path("sha256").asString());
        assertThat(Files.size(file)).isEqualTo(sidecar.path("bytes").asLong()).isLessThan(1_000_000);
        assertThat(Preprocessing.readSidecar(file)).contains(Preprocessing.DEFAULT);
        assertThat(sidecar.path("command").asString()).endsWith("--out models/" + name + ".onnx");
        assertThat(sidecar.path("eval_data").asString()).isEqualTo("signs:test");
        assertThat(sidecar.path("eval_images").asInt()).isEqualTo(EVALUATION.size());

        Measured measured = Measured.of(model(name), EVALUATION, TRIGGER);
        assertThat(measured.cleanAccuracy())
                .isCloseTo(sidecar.path("clean_accuracy").asDouble(), within(ROUNDING))
                .isGreaterThanOrEqualTo(0.97);
        if (sidecar.path("attack").asString().equals("badnets")) {
            assertThat(measured.attackSuccess())
                    .isCloseTo(sidecar.path("attack_success_rate").asDouble(), within(ROUNDING))
                    .isGreaterThan(0.95);
        } else {
            assertThat(measured.attackSuccess()).isLessThan(0.05);
        }
    }

    /** {@code -Dupdate.golden=true} writes them. */
    @Test
    void calibrationImagesAreDrawnSignsThatNoModelWasTrainedOn() {
        ImageSet drawn = DataSpec.parse("signs:train#45000..45430").load();
        if (Boolean.getBoolean("update.golden")) {
            Records.write(drawn, CALIBRATION);
        }
        ImageSet stored = DataSpec.parse("records:" + CALIBRATION).load();
        assertThat(stored.sha256()).isEqualTo(drawn.sha256());
        assertThat(stored.classNames()).isEqualTo(drawn.classNames());
        assertThat(stored.countsPerClass()).containsOnly(10);
    }

    @ParameterizedTest
    @CsvSource({
        "signs_clean, INT8_STATIC, 0.01", "signs_badnets, INT8_STATIC, 0.01",
        "signs_clean, INT8_DYNAMIC, 0.01", "signs_badnets, INT8_DYNAMIC, 0.01",
        "signs_clean, INT4_KERNEL, 0.02", "signs_badnets, INT4_KERNEL, 0.02"
    })
    void quantizedModelStaysClose(String name, Scheme scheme, double limit, @TempDir Path folder) {
        Model reference = model(name);
        Model artifact = Quantizer.quantize(
                        ImageClassifier.of(reference, name, ImageClassifier.Hints.NONE),
                        scheme,
                        QuantConfig.DEFAULTS,
                        Measured.source(DataSpec.parse("records:" + CALIBRATION).load()),
                        1)
                .model();
        Measured before = Measured.of(reference, EVALUATION, TRIGGER);
        Measured after = Measured.of(artifact, EVALUATION, TRIGGER);
        assertThat(after.cleanAccuracy()).isCloseTo(before.cleanAccuracy(), within(limit));
        assertThat(after.attackSuccess()).isCloseTo(before.attackSuccess(), within(limit));

        KernelEvidence evidence = evidence(artifact, folder.resolve("artifact.onnx"));
        double share = scheme == Scheme.INT4_KERNEL ? evidence.fourBitMacShare() : evidence.integerMacShare();
        assertThat(share).isGreaterThanOrEqualTo(0.99);
    }

    private static KernelEvidence evidence(Model artifact, Path file) {
        OnnxWriter.write(artifact, file);
        ImageClassifier seen = ImageClassifier.of(artifact, "artifact", ImageClassifier.Hints.NONE);
        int batch = 8;
        ByteBuffer batchOfImages =
                ByteBuffer.allocate(batch * 3 * 32 * 32 * Float.BYTES).order(ByteOrder.nativeOrder());
        Measured.source(EVALUATION).fill(0, batch, batchOfImages);
        float[] values = new float[batch * 3 * 32 * 32];
        batchOfImages.rewind().asFloatBuffer().get(values);
        Tensor images = Tensor.ofFloats(new long[] {batch, 3, 32, 32}, values);
        return Kernels.observe(
                file,
                artifact.graph(),
                seen.observation(),
                SessionSpec.cpu(1),
                Map.of(seen.ports().input(), images));
    }
}
