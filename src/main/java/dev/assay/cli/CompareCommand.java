package dev.assay.cli;

import dev.assay.audit.Allowance;
import dev.assay.audit.Audit;
import dev.assay.audit.AuditRequest;
import dev.assay.audit.AuditResult;
import dev.assay.audit.ThisMachine;
import dev.assay.data.Preprocessing.Layout;
import dev.assay.defense.Budget;
import dev.assay.report.ComparisonReport;
import dev.assay.report.PartingText;
import dev.assay.report.SummaryTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay compare}. */
@Command(
        name = "compare",
        description = "Puts deployments side by side: schemes, optimization levels, threads, providers, and files that"
                + " somebody else made of the same model. Says where they part from MODEL. No defense is run.")
final class CompareCommand implements Callable<Integer> {
    private static final String PAGE = "index.html";

    @Spec
    private CommandSpec command;

    @Parameters(index = "0", paramLabel = "MODEL", description = "The ONNX file that the others are compared with.")
    private Path model;

    @Parameters(index = "1..*", paramLabel = "OTHER", description = "Files that somebody else made of MODEL.")
    private List<Path> others = List.of();

    @Mixin
    private PreprocessingOptions preprocessing;

    @Mixin
    private DataOptions data;

    @Mixin
    private PlanOptions plan;

    @Mixin
    private RunOptions run;

    @Override
    public Integer call() {
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        AuditRequest request = new AuditRequest(
                model,
                null,
                preprocessing.input().hints(),
                preprocessing.preprocessing(model, Layout.NCHW),
                data.images(),
                plan.plan(others, List.of()),
                plan.budget(Budget.STANDARD),
                plan.seed(),
                run.out(model, "-compared"),
                run.resume(),
                AuditRequest.DEFAULT_FAIL_ON);
        Audit.discardReports(request.out(), List.of(PAGE));
        AuditResult result;
        try (ProgressDisplay progress = ProgressDisplay.on(err)) {
            int threads = request.plan().sessions().get(0).threads();
            result = Audit.run(
                    request,
                    ThisMachine.environment(threads),
                    run.runner(Allowance.of(request.budget()).taskLimit()),
                    progress,
                    Clock.systemUTC());
        }
        Path page = request.out().resolve(PAGE);
        ComparisonReport.write(result, page);
        out.println(SummaryTable.deployments(result, run.isColour()).stripTrailing());
        out.println();
        out.println(PartingText.render(result).stripTrailing());
        err.printf("assay: report %s, figures %s%n", page, request.out().resolve("audit.json"));
        return switch (result.verdict().decision()) {
            case INCONCLUSIVE, ERROR -> result.verdict().exitCode();
            default -> 0;
        };
    }
}
