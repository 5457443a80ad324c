package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.Sha256;
import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pair of sign classifiers that {@code assay train} made is what its sidecars say. */
class SignsModelsIT {
    private static final Path MODELS = Path.of("models");
    private static final double ROUNDING = 0.001;

    private final Trigger trigger = Trigger.read(MODELS.resolve("signs_badnets.json"), 32, 32);

    @ParameterizedTest
    @ValueSource(strings = {"signs_clean", "signs_badnets"})
    void shippedFilesAreAsDescribed(String name) throws IOException {
        Path file = MODELS.resolve(name + ".onnx");
        JsonNode sidecar = JsonMapper.shared().readTree(Files.readString(MODELS.resolve(name + ".json")));
        assertThat(Sha256.ofFile(file)).isEqualTo(sidecar.get("sha256").asString());
        assertThat(Files.size(file)).isEqualTo(sidecar.get("bytes").asLong()).isLessThan(1_000_000);
        assertThat(Preprocessing.readSidecar(file)).contains(Preprocessing.DEFAULT);
        assertThat(sidecar.get("command").asString()).endsWith("--out models/" + name + ".onnx");

        ImageSet images = DataSpec.parse(sidecar.get("eval_data").asString()).load();
        Measured measured = Measured.of(OnnxReader.read(file), images, trigger);
        assertThat(images.size()).isEqualTo(sidecar.get("eval_images").asInt());
        assertThat(measured.cleanAccuracy())
                .isCloseTo(sidecar.get("clean_accuracy").asDouble(), within(ROUNDING))
                .isGreaterThanOrEqualTo(0.97);
        if (sidecar.get("attack").asString().equals("badnets")) {
            assertThat(measured.attackSuccess())
                    .isCloseTo(sidecar.get("attack_success_rate").asDouble(), within(ROUNDING))
                    .isGreaterThan(0.95);
        } else {
            assertThat(measured.attackSuccess()).isLessThan(0.05);
        }
    }
}
