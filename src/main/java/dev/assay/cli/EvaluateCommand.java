package dev.assay.cli;

import dev.assay.audit.Allowance;
import dev.assay.audit.AuditRequest;
import dev.assay.audit.AuditRequest.TriggerUse;
import dev.assay.audit.ThisMachine;
import dev.assay.audit.ZooEvaluation;
import dev.assay.audit.ZooRequest;
import dev.assay.audit.ZooResult;
import dev.assay.defense.Budget;
import dev.assay.report.HtmlReport;
import dev.assay.report.ZooReport;
import dev.assay.report.ZooTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay evaluate}. */
@Command(
        name = "evaluate",
        description =
                "Audits every model of a folder whose sidecar NAME.json tells its attack, and counts how often each"
                        + " defense was right on each deployment. Detections do not change the exit code, errors do.")
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "DIR", description = "A folder of NAME.onnx with NAME.json.")
    private Path folder;

    @Mixin
    private SetOptions sets;

    @Mixin
    private PlanOptions plan;

    @Mixin
    private RunOptions run;

    @Option(
            names = "--defenses",
            paramLabel = "LIST",
            description = "Defenses to run on each deployment, as for audit, or none. Default: those of audit.")
    private DefenseIds defenses = new DefenseIds(AuditRequest.Plan.DEFENSES);

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Audits of each model, with seeds from --seed on. Default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--known-trigger",
            description =
                    "Tell the defenses the triggers of the sidecars, which otherwise only measure attack success.")
    private boolean knownTrigger;

    @Option(
            names = "--poison",
            paramLabel = "RATE",
            defaultValue = "0",
            description = "Share of the --training images to put the sidecar's trigger on, 0 to 1. Default: none.")
    private double poison;

    @Override
    public Integer call() {
        PrintWriter err = command.commandLine().getErr();
        ZooRequest request = request();
        ZooResult result;
        try (ProgressDisplay progress = ProgressDisplay.on(err)) {
            int threads = request.plan().sessions().get(0).threads();
            result = ZooEvaluation.run(
                    request,
                    ThisMachine.environment(threads),
                    run.runner(Allowance.of(request.budget()).taskLimit()),
                    progress,
                    Clock.systemUTC(),
                    (audit, out) -> HtmlReport.write(audit, out.resolve("index.html")));
        }
        Path page = request.out().resolve("index.html");
        ZooReport.write(result, page);
        command.commandLine().getOut().println(ZooTable.render(result).stripTrailing());
        err.printf("assay: report %s, figures %s%n", page, request.out().resolve("evaluation.json"));
        return result.exitCode();
    }

    private ZooRequest request() {
        require(seeds >= 1, "--seeds", "at least 1", seeds);
        require(poison >= 0 && poison <= 1, "--poison", "a share from 0 to 1", poison);
        List<Long> all =
                LongStream.range(plan.seed(), plan.seed() + seeds).boxed().toList();
        return new ZooRequest(
                folder,
                sets.data(),
                sets.calibration(),
                sets.training(),
                new TriggerUse(knownTrigger, poison),
                plan.plan(List.of(), defenses.ids()),
                plan.budget(Budget.STANDARD),
                all,
                run.out(folder.toAbsolutePath().normalize(), "-evaluated"),
                run.resume());
    }

    private void require(boolean right, String option, String expected, Object got) {
        if (!right) {
            throw new ParameterException(
                    command.commandLine(),
                    "Invalid value for option '%s': expected %s, got %s".formatted(option, expected, got));
        }
    }
}
