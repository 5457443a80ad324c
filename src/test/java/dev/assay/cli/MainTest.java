package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.InvalidModelException;
import dev.assay.OutputException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

class MainTest {
    @Command(name = "test")
    private record Failing(Runnable action) implements Runnable {
        @Override
        public void run() {
            action.run();
        }
    }

    private static Run failing(Throwable failure, String... arguments) {
        return Run.command(new Failing(() -> rethrow(failure)), arguments);
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }

    @Test
    void versionNamesAssayTheRuntimeAndJava() {
        Run run = Run.assay("--version");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).containsPattern("Assay \\S+\nONNX Runtime \\S+\nJava \\S+\n");
    }

    @Test
    void helpListsCommandsAndExitCodes() {
        Run run = Run.assay("--help");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("inspect ", "doctor ", "  70   a bug in Assay");
        assertThat(Run.assay("inspect", "--help").out()).startsWith("Usage: assay inspect ");
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(Run.assay().exitCode()).isEqualTo(2);
        assertThat(Run.assay("inspekt").err()).contains("Did you mean: assay inspect");
    }

    @Test
    void anExpectedFailureIsOneLine() {
        assertThat(failing(new InvalidModelException("m.onnx: broken")))
                .isEqualTo(new Run(3, "", "assay: m.onnx: broken\n"));
    }

    @Test
    void verboseShowsWhereItFailed() {
        Run run = failing(new InvalidModelException("m.onnx: broken"), "--verbose");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("InvalidModelException: m.onnx: broken", "\tat dev.assay.cli.MainTest");
    }

    @Test
    void aFileThatCannotBeWrittenIsOneLine() {
        assertThat(failing(new OutputException("out: cannot be written", new IOException("full"))))
                .isEqualTo(new Run(2, "", "assay: out: cannot be written\n"));
    }

    @Test
    void aBugShowsEverythingAndAsksForAReport() {
        Run run = failing(new IllegalStateException("impossible"));
        assertThat(run.exitCode()).isEqualTo(70);
        assertThat(run.err())
                .startsWith("java.lang.IllegalStateException: impossible\n\tat ")
                .contains("please report");
    }

    @Test
    void failuresOfJavaItselfHaveExitCodesToo() {
        Run memory = failing(new OutOfMemoryError("Java heap space"));
        assertThat(memory.exitCode()).isEqualTo(5);
        assertThat(memory.err()).contains("ASSAY_JAVA_OPTS").hasLineCount(1);

        Run library = failing(new UnsatisfiedLinkError("libonnxruntime.so"));
        assertThat(library.exitCode()).isEqualTo(4);
        assertThat(library.err()).contains("does not load on ").hasLineCount(1);
    }
}
