package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that make artifacts and put them side by side, on the demo model. */
class ArtifactCommandsTest {
    private static final String MODEL = "src/test/resources/dev/assay/shapes/shapes_badnets.onnx";
    private static final String IMAGES = "records:src/test/resources/dev/assay/shapes/shapes.bin#200..260";
    private static final String CALIBRATION = "records:src/test/resources/dev/assay/shapes/shapes.bin#0..64";

    @TempDir
    private Path folder;

    @Test
    void quantizeWritesAnArtifactAndSaysWhatItLeftAlone() {
        Path artifact = folder.resolve("artifact.onnx");
        Run run = Run.assay("quantize", MODEL, "--calibration", CALIBRATION, "--out", artifact.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("int8-static", "Left as they were");
        assertThat(artifact).isRegularFile();
        Run again = Run.assay("quantize", artifact.toString(), "--calibration", CALIBRATION);
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.err()).contains("quantized already").hasLineCount(1);
    }

    @Test
    void quantizeWithoutCalibrationImagesIsAUsageError() {
        Run run = Run.assay("quantize", MODEL, "--scheme", "int8-static");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--data=SPEC");
    }

    @Test
    void quantizeNeverWritesOverItsModelOrAFolder() throws IOException {
        Path model = Files.copy(Path.of(MODEL), folder.resolve("model.onnx"));

        Run onItself = Run.assay("quantize", model.toString(), "--calibration", CALIBRATION, "--out", model.toString());
        Run onAFolder =
                Run.assay("quantize", model.toString(), "--calibration", CALIBRATION, "--out", folder.toString());
        Run ofNothing = Run.assay("quantize", folder.resolve("no.onnx").toString(), "--out", model.toString());

        assertThat(onItself.exitCode()).isEqualTo(2);
        assertThat(onItself.err()).contains("expected another file than the model itself");
        assertThat(onAFolder.exitCode()).isEqualTo(2);
        assertThat(onAFolder.err()).contains("expected a file, got a folder or a device");
        assertThat(ofNothing.exitCode()).isEqualTo(3);
        assertThat(model).hasSameBinaryContentAs(Path.of(MODEL));
    }

    @Test
    void compareSaysWhereDeploymentsPart() {
        Path out = folder.resolve("compared");
        Run run = Run.assay(
                "compare",
                MODEL,
                "--data",
                IMAGES,
                "--calibration",
                CALIBRATION,
                "--schemes",
                "fp32,int8-static",
                "--out",
                out.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("fp32/cpu/all", "int8-static/cpu/all", "largest drop", "flips");
        assertThat(out.resolve("audit.json")).isRegularFile();
        assertThat(out.resolve("index.html")).isRegularFile();
        Run report = Run.assay("report", out.resolve("audit.json").toString());
        assertThat(report.exitCode()).isZero();
        assertThat(report.out()).contains("int8-static/cpu/all");
    }

    @Test
    void anAbsentProviderIsRefusedBeforeAnyWork() {
        Path out = folder.resolve("cuda");
        Run run = Run.assay("audit", MODEL, "--data", IMAGES, "--providers", "cuda", "--out", out.toString());

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains("provider cuda").contains("-Pgpu");
        assertThat(Files.exists(out.resolve("audit.json"))).isFalse();
    }

    @Test
    void missingImagesAndDamagedResultsEndInOneLine() {
        assertThat(Run.assay("audit", MODEL).exitCode()).isEqualTo(2);
        Run report = Run.assay("report", MODEL);
        assertThat(report.exitCode()).isEqualTo(3);
        assertThat(report.err()).hasLineCount(1);
    }
}
