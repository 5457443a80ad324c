package dev.assay.cli;

import dev.assay.audit.AuditJson;
import dev.assay.audit.AuditResult;
import dev.assay.report.Format;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay report}. */
@Command(name = "report", description = "Reports an audit.json in another format.")
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "AUDIT.json", description = "The result of an audit.")
    private Path audit;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "html, text, sarif, junit, cyclonedx or in-toto. Default: text.")
    private Format format = Format.TEXT;

    @Option(names = "--out", paramLabel = "FILE", description = "Write to this file instead of printing.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        AuditResult result = AuditJson.read(audit);
        if (out == null) {
            command.commandLine().getOut().print(format.render(result));
        } else {
            format.write(result, out);
        }
        return 0;
    }
}
