package dev.assay.cli;

import dev.assay.audit.Allowance;
import dev.assay.audit.Audit;
import dev.assay.audit.AuditRequest;
import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Environment;
import dev.assay.audit.Severity;
import dev.assay.audit.ThisMachine;
import dev.assay.data.Preprocessing.Layout;
import dev.assay.defense.Budget;
import dev.assay.report.Format;
import dev.assay.report.SummaryTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay audit}. */
@Command(
        name = "audit",
        description =
                "Makes the artifacts that would ship, runs them on ONNX Runtime, and says with evidence how far each"
                        + " deployment is from the float model, which kernels ran, and whether a backdoor shows."
                        + " Without MODEL: the demo.")
final class AuditCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "MODEL", arity = "0..1", description = "An ONNX file.")
    private @Nullable Path model;

    @Mixin
    private PreprocessingOptions preprocessing;

    @Mixin
    private DataOptions data;

    @Mixin
    private PlanOptions plan;

    @Mixin
    private RunOptions run;

    @Option(
            names = "--reference",
            paramLabel = "MODEL",
            description = "The float model that a quantized MODEL was made of, to compare it with.")
    private @Nullable Path reference;

    @Option(
            names = "--defenses",
            paramLabel = "LIST",
            description = "Defenses to run on each deployment: neural-cleanse, activation-clustering,"
                    + " spectral-signatures, strip, fine-pruning, or none. Default: all.")
    private DefenseIds defenses = new DefenseIds(AuditRequest.Plan.DEFENSES);

    @Option(
            names = "--controls",
            description = "Plant a backdoor into a copy of the model and try the defenses on it too: one that misses it"
                    + " cannot clear the model. About doubles the time.")
    private boolean controls;

    @Option(
            names = "--fail-on",
            paramLabel = "SEVERITY",
            description = "Findings of this severity or more fail the audit: info, low, medium, high, critical."
                    + " Default: high.")
    private Severity failOn = AuditRequest.DEFAULT_FAIL_ON;

    @Option(
            names = "--format",
            paramLabel = "LIST",
            split = ",",
            description = "Further reports to write beside audit.json and index.html: text, sarif, junit, cyclonedx,"
                    + " in-toto.")
    private List<Format> formats = List.of();

    @Override
    public Integer call() {
        PrintWriter err = command.commandLine().getErr();
        AuditRequest request = model == null ? demo(Demo.find()) : request(model, data.images(), Budget.STANDARD);
        Set<Format> reports = EnumSet.of(Format.HTML);
        reports.addAll(formats);
        Audit.discardReports(
                request.out(), reports.stream().map(Format::fileName).toList());
        AuditResult result;
        try (ProgressDisplay progress = ProgressDisplay.on(err)) {
            Environment environment =
                    ThisMachine.environment(request.plan().sessions().get(0).threads());
            result = Audit.run(
                    request,
                    environment,
                    run.runner(Allowance.of(request.budget()).taskLimit()),
                    progress,
                    Clock.systemUTC());
        }
        reports.forEach(report -> report.write(result, request.out().resolve(report.fileName())));
        command.commandLine()
                .getOut()
                .println(SummaryTable.render(result, run.isColour()).stripTrailing());
        String written = reports.stream()
                .map(report -> request.out().resolve(report.fileName()).toString())
                .collect(Collectors.joining(", "));
        err.printf("assay: report %s, figures %s%n", written, request.out().resolve("audit.json"));
        return result.verdict().exitCode();
    }

    private AuditRequest demo(Demo demo) {
        command.commandLine()
                .getErr()
                .printf(
                        "assay: no MODEL given: auditing the demo, %s; next: assay audit MODEL --data SPEC%n",
                        demo.model());
        return request(demo.model(), demo.images(), Budget.QUICK);
    }

    private AuditRequest request(Path audited, AuditRequest.Images images, Budget usual) {
        return new AuditRequest(
                audited,
                reference,
                preprocessing.input().hints(),
                preprocessing.preprocessing(audited, Layout.NCHW),
                images,
                plan.plan(List.of(), defenses.ids()).withControls(controls),
                plan.budget(usual),
                plan.seed(),
                run.out(audited, ""),
                run.resume(),
                failOn);
    }
}
