package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.assay.runtime.Provider;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DoctorCommandTest {
    @Test
    void triesEveryProvider() {
        Run run = Run.assay("doctor", "--providers", "cpu");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Versions\n", "Machine\n", "Providers\n  cpu               works\n", "  cuda ");
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void printsTheSameAsJson() {
        JsonNode json =
                JsonMapper.shared().readTree(Run.assay("doctor", "--json").out());
        assertThat(json.at("/assay").stringValue()).isEqualTo("0.1.0");
        assertThat(json.at("/providers/0/provider").stringValue()).isEqualTo("cpu");
        assertThat(json.at("/providers/0/problem").isNull()).isTrue();
        assertThat(json.at("/cores").intValue()).isPositive();
    }

    @Test
    void anAbsentProviderThatIsNeededFailsWithItsRemedy() {
        assumeFalse(Provider.CUDA.isBuiltIn(), "this ONNX Runtime has CUDA");
        Run run = Run.assay("doctor", "--providers", "cpu,cuda");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err())
                .startsWith("assay: provider cuda: ")
                .contains("-Pgpu")
                .hasLineCount(1);
        assertThat(run.out()).contains("Providers\n");
    }

    @Test
    void anUnknownProviderIsWrongUsage() {
        Run run = Run.assay("doctor", "--providers", "cpu,tpu");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("assay: Invalid value for option '--providers'")
                .contains("expected one of cpu, cuda, tensorrt, got 'tpu'");
    }
}
