package dev.assay.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code assay} command. */
@Command(
        name = "assay",
        description = "Audits the neural network that ships, on the runtime that ships it.",
        mixinStandardHelpOptions = true,
        versionProvider = Versions.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            AuditCommand.class,
            CompareCommand.class,
            EvaluateCommand.class,
            QuantizeCommand.class,
            InspectCommand.class,
            TrainCommand.class,
            StudyCommand.class,
            ReportCommand.class,
            DoctorCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:passed",
            "1:findings, or a check that could not be concluded",
            "2:wrong usage, or a file that cannot be written",
            "3:bad model or data, or a model beyond Assay",
            "4:provider, its library or its device unavailable",
            "5:ONNX Runtime or the Java machine failed",
            "70:a bug in Assay"
        })
public final class Main {
    private static final int WIDTH = 100;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure.")
    private boolean verbose;

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        int exitCode = run(configured(new CommandLine(new Main()), out, err), arguments);
        // A reader that is gone is no failure of the command: the writers swallow the broken pipe.
        out.flush();
        err.flush();
        System.exit(exitCode);
    }

    /** Makes a command and its subcommands print data to {@code out} and everything else to {@code err}. */
    static CommandLine configured(CommandLine commandLine, PrintWriter out, PrintWriter err) {
        Converters.register(commandLine);
        return commandLine
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(WIDTH)
                .setParameterExceptionHandler(Failures::ofUsage)
                .setExecutionExceptionHandler(Failures::ofCommand);
    }

    /** Runs a command; what the Java machine throws ends in an exit code too. */
    static int run(CommandLine commandLine, String... arguments) {
        try {
            return commandLine.execute(arguments);
        } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
            return Failures.ofJava(e, commandLine);
        }
    }

    boolean isVerbose() {
        return verbose;
    }
}
