package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyCommandTest {
    @Test
    void aStudyHasToBeNamed() {
        Run run = Run.assay("study");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Missing required subcommand");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.onnx | 2 | expected MODEL=SPEC with SPEC as kind:PATH, got 'model.onnx'",
                "--threads=0 | 2 | Invalid value for option '--threads': expected at least 1, got 0",
                "src/test/resources/dev/assay/shapes/shapes_clean.onnx=signs:test | 3 | expected a backdoored model",
            })
    void whatMakesNoSenseIsRefused(String argument, int exitCode, String message) {
        Run run = Run.assay("study", "blindspots", argument);
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(exitCode);
    }
}
