package dev.assay.cli;

import dev.assay.audit.ChildRunner;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where results go and how tasks are run. */
final class RunOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for the results. Default: reports/<model name>.")
    private @Nullable Path out;

    @Option(names = "--resume", description = "Keep the results of tasks that an earlier run into --out finished.")
    private boolean resume;

    @Option(
            names = "--task-limit",
            paramLabel = "MINUTES",
            description = "A task that takes longer is ended and reported as an error. Default: 60; 240 when thorough.")
    private @Nullable Integer taskLimitMinutes;

    /**
     * The folder for the results on a model; {@code suffix} is part of the default only.
     *
     * @throws ParameterException if the option names none
     */
    Path out(Path model, String suffix) {
        if (out != null && out.toString().isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "Invalid value for option '--out': expected a folder, got an empty name");
        }
        String name = String.valueOf(model.getFileName()).replaceFirst("\\.onnx$", "");
        return out == null ? Path.of("reports", name + suffix) : out;
    }

    boolean resume() {
        return resume;
    }

    /**
     * Runs tasks in a process beside this one.
     *
     * @param usual limit of a task
     * @throws ParameterException if the limit is none
     */
    ChildRunner runner(Duration usual) {
        if (taskLimitMinutes == null) {
            return new ChildRunner(usual);
        }
        if (taskLimitMinutes < 1) {
            throw new ParameterException(
                    command.commandLine(),
                    "Invalid value for option '--task-limit': expected at least 1, got " + taskLimitMinutes);
        }
        return new ChildRunner(Duration.ofMinutes(taskLimitMinutes));
    }

    /** Whether colours are wanted on standard output. */
    boolean isColour() {
        return Ansi.AUTO.enabled();
    }
}
