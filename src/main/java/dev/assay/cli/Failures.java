package dev.assay.cli;

import dev.assay.AssayException;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What a failure prints and which exit code it gives. */
final class Failures {
    private static final int USAGE = 2;
    private static final int PROVIDER = 4;
    private static final int JAVA = 5;
    private static final int BUG = 70;

    private Failures() {}

    /** The arguments are wrong: one line, and where to find help. */
    static int ofUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        print(err, messageOf(failure));
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.printf("Try '%s --help'.%n", command.getCommandSpec().qualifiedName());
        return USAGE;
    }

    /** The command failed: one line if that has a cause outside Assay, everything there is if it is a bug. */
    static int ofCommand(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof AssayException expected) {
            return print(failure, command, expected.exitCode());
        }
        failure.printStackTrace(command.getErr());
        print(command.getErr(), "this is a bug in Assay; please report it with the lines above");
        return BUG;
    }

    /** The Java machine ran out of something, or could not load a library. */
    static int ofJava(Error failure, CommandLine command) {
        if (failure instanceof LinkageError) {
            String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
            print(
                    command.getErr(),
                    "ONNX Runtime's native library does not load on %s: %s".formatted(platform, failure));
            return PROVIDER;
        }
        print(
                command.getErr(),
                "%s, with a heap of %d MB: give it more, as in ASSAY_JAVA_OPTS='-Xmx4g -Xss8m'"
                        .formatted(failure, Runtime.getRuntime().maxMemory() >> 20));
        return JAVA;
    }

    private static int print(Exception failure, CommandLine command, int exitCode) {
        Main main = (Main) command.getCommandSpec().root().userObject();
        if (main.isVerbose()) {
            failure.printStackTrace(command.getErr());
        } else {
            print(command.getErr(), messageOf(failure));
        }
        return exitCode;
    }

    private static String messageOf(Exception failure) {
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    private static void print(PrintWriter err, String message) {
        err.println("assay: " + message);
    }
}
