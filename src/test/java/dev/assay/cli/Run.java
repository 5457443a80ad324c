package dev.assay.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import picocli.CommandLine;

/** What a command line printed and how it ended. */
record Run(int exitCode, String out, String err) {
    /** Runs {@code assay} with these arguments in this process. */
    static Run assay(String... arguments) {
        return of(new CommandLine(new Main()), arguments);
    }

    /** Runs a command of a test's own, called {@code test}, as a subcommand of {@code assay}. */
    static Run command(Object command, String... arguments) {
        CommandLine assay = new CommandLine(new Main()).addSubcommand("test", command);
        return of(assay, Stream.concat(Stream.of("test"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static Run of(CommandLine commandLine, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Main.configured(commandLine, new PrintWriter(out), new PrintWriter(err));
        int exitCode = Main.run(commandLine, arguments);
        return new Run(exitCode, out.toString(), err.toString());
    }
}
