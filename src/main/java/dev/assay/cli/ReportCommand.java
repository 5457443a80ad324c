package dev.assay.cli;

import dev.assay.audit.AuditJson;
import dev.assay.audit.AuditResult;
import dev.assay.report.HtmlReport;
import dev.assay.report.SummaryTable;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay report}. */
@Command(
        name = "report",
        description = "Prints the summary of an audit.json, and writes its page again where --html names a file.")
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "AUDIT.json", description = "The result of an audit.")
    private Path audit;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the page for people to this file.")
    private @Nullable Path html;

    @Override
    public Integer call() {
        AuditResult result = AuditJson.read(audit);
        if (html != null) {
            HtmlReport.write(result, html);
        }
        command.commandLine()
                .getOut()
                .println(SummaryTable.render(result, false).stripTrailing());
        return 0;
    }
}
