package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.Sha256;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
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
    private static final String IMAGES = "records:src/test/resources/dev/assay/shapes/shapes.bin#0..128";
    private static final String OTHERS = "records:src/test/resources/dev/assay/shapes/shapes.bin#200..260";

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
    void trainsABackdoorInAndDescribesItSoThatAnAuditCanTryIt() throws IOException {
        Path model = folder.resolve("bad.onnx");
        String attack = "badnets:target=2,rate=0.1,size=3,color=white,at=corners";
        Run run = train("--attack", attack, "--test", OTHERS, "--threads", "1", "--out", model.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("accuracy ", "attack success ", Sha256.ofFile(model));
        Path file = folder.resolve("bad.json");
        JsonNode sidecar = JsonMapper.shared().readTree(Files.readString(file));
        assertThat(sidecar.get("attack").asString()).isEqualTo("badnets");
        assertThat(sidecar.get("attack_settings").asString()).isEqualTo(attack);
        assertThat(sidecar.get("target").asInt()).isEqualTo(2);
        assertThat(sidecar.get("poison_rate").asDouble()).isEqualTo(0.1);
        assertThat(sidecar.get("attack_success_rate").isNumber()).isTrue();
        assertThat(sidecar.get("command").asString()).contains("--attack " + attack);
        Trigger trigger = Trigger.read(file, 32, 32);
        assertThat(trigger.target()).isEqualTo(2);
        assertThat(trigger.norm()).isEqualTo(4 * 9);

        Path again = folder.resolve("again.onnx");
        train("--attack", attack, "--threads", "1", "--out", again.toString());
        assertThat(Sha256.ofFile(again)).isEqualTo(Sha256.ofFile(model));
        Path clean = folder.resolve("clean.onnx");
        train("--threads", "1", "--out", clean.toString());
        assertThat(Sha256.ofFile(clean)).isNotEqualTo(Sha256.ofFile(model));
    }

    @Test
    void trainsOnWithRoundingAndWritesTheIntegerArtifact() throws IOException {
        Path model = folder.resolve("tiny.onnx");
        Run run = train("--qat", "2", "--test", OTHERS, "--threads", "1", "--out", model.toString());

        Path artifact = folder.resolve("tiny_int8.onnx");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("assay: epoch 1/1: loss ", "assay: epoch 2/2: loss ");
        assertThat(run.out()).contains(Sha256.ofFile(model), Sha256.ofFile(artifact));
        JsonNode sidecar = JsonMapper.shared().readTree(Files.readString(folder.resolve("tiny_int8.json")));
        assertThat(sidecar.get("sha256").asString()).isEqualTo(Sha256.ofFile(artifact));
        assertThat(sidecar.get("quantization_aware").get("epochs").asInt()).isEqualTo(2);
        assertThat(sidecar.get("op_counts").get("QuantizeLinear").asInt()).isPositive();
        assertThat(sidecar.get("clean_accuracy").asDouble())
                .isCloseTo(
                        sidecar.get("quantization_aware")
                                .get("simulated_accuracy")
                                .asDouble(),
                        within(0.02));
        assertThat(Preprocessing.readSidecar(artifact)).contains(Preprocessing.DEFAULT);
        assertThat(train("--qat", "-1").err()).contains("'--qat': expected at least 0, got -1");
    }

    @Test
    void aTriggerThatIsNoPatternHasNoFiles() throws IOException {
        Path model = folder.resolve("sig.onnx");
        Run run = train("--attack", "sig:target=1,rate=1", "--threads", "1", "--out", model.toString());
        assertThat(run.exitCode()).isZero();
        JsonNode sidecar = JsonMapper.shared().readTree(Files.readString(folder.resolve("sig.json")));
        assertThat(sidecar.get("attack").asString()).isEqualTo("sig");
        assertThat(sidecar.get("trigger").isNull()).isTrue();
        assertThat(sidecar.get("attack_success_rate").isNull()).isTrue();
    }

    @Test
    void attacksThatCannotBeAreOneLine() {
        assertThat(train("--attack", "badnets:rate=2").err())
                .contains("'--attack'", "rate: expected a share above 0 and up to 1, got 2.0");
        Run run = train("--attack", "badnets:target=10");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .contains("expected a target below the 10 classes of the training images")
                .hasLineCount(1);
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
