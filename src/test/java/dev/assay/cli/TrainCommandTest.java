package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Sha256;
import dev.assay.data.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code assay train} on the demo's images. */
class TrainCommandTest {
    private static final String IMAGES = "records:calibration/shapes.bin#0..128";
    private static final String OTHERS = "records:calibration/shapes.bin#200..260";

    @TempDir
    private Path folder;

    private Run train(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "train", "--net", "resnet8", "--width", "4", "--data", IMAGES, "--epochs", "1", "--batch", "32"));
        arguments.addAll(List.of(more));
        return Run.assay(arguments.toArray(String[]::new));
    }

    @Test
    void writesAModelAndASidecarThatTheOtherCommandsRead() throws IOException {
        Path model = folder.resolve("new/tiny.onnx");
        Run run = train("--test", OTHERS, "--threads", "1", "--out", model.toString());

        assertThat(run.err()).contains("assay: epoch 1/1: loss ");
        assertThat(run.exitCode()).isZero();
        JsonNode sidecar = JsonMapper.shared().readTree(Files.readString(folder.resolve("new/tiny.json")));
        assertThat(sidecar.get("sha256").asString()).isEqualTo(Sha256.ofFile(model));
        assertThat(run.out()).contains(Sha256.ofFile(model), "accuracy");
        assertThat(sidecar.get("eval_images").asInt()).isEqualTo(60);
        assertThat(sidecar.get("training").get("flip").asBoolean()).isFalse();
        assertThat(sidecar.get("command").asString()).startsWith("assay train --net resnet8 --width 4 ");
        assertThat(Preprocessing.readSidecar(model)).contains(Preprocessing.DEFAULT);
        assertThat(folder.resolve("new/tiny.onnx.checkpoint")).doesNotExist();
        assertThat(Run.assay("inspect", model.toString()).exitCode()).isZero();
    }

    @Test
    void settingsOutOfRangeAreUsageErrors() {
        assertThat(train("--lr", "0").exitCode()).isEqualTo(2);
        assertThat(train("--lr", "0").err()).contains("Invalid setting: expected a rate above 0, got 0.0");
        assertThat(train("--threads", "0").err()).contains("'--threads': expected at least 1");
        assertThat(train("--net", "alexnet").err()).contains("expected one of resnet8");
        assertThat(Run.assay("train").err()).contains("--data=SPEC");
    }

    @Test
    void aWidthThatDoesNotSuitIsOneLine() {
        Run run = Run.assay("train", "--net", "vit", "--width", "6", "--data", IMAGES, "--epochs", "1");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .contains("expected a width that is a multiple of 4 heads, got 6")
                .hasLineCount(1);
    }
}
