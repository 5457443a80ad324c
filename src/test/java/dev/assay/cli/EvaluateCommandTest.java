package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluateCommandTest {
    @Test
    void evaluatesTheShippedModels(@TempDir Path folder) {
        Run run = Run.assay(
                "evaluate",
                "models",
                "--data=signs=signs:test#0..86",
                "--schemes=fp32",
                "--defenses=none",
                "--budget=quick",
                "--threads=1",
                "--out=" + folder);
        assertThat(run.err()).contains("assay: report " + folder.resolve("index.html"));
        assertThat(run.out()).containsPattern("fp32/cpu/all +2 ");
        assertThat(run.exitCode()).isZero();
        assertThat(folder.resolve("signs_clean/seed-7/index.html")).exists();
        assertThat(folder.resolve("evaluation.json")).exists();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--seeds=0 | Invalid value for option '--seeds': expected at least 1, got 0",
                "--poison=2 | Invalid value for option '--poison': expected a share from 0 to 1, got 2.0",
                "--training=x=tar:y | expected kind:PATH with kind one of",
                "--data=folder:other | Invalid value for option '--data': expected one SPEC, got two",
            })
    void whatMakesNoSenseIsWrongUsage(String option, String message) {
        Run run = Run.assay("evaluate", "models", "--data=folder:images", option);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(message);
    }

    @Test
    void aFolderWithoutModelsIsBadData(@TempDir Path folder) {
        Run run = Run.assay("evaluate", folder.toString(), "--data=folder:images", "--out=" + folder.resolve("out"));
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("expected models NAME.onnx").hasLineCount(1);
    }
}
