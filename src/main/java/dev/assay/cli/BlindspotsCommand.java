package dev.assay.cli;

import dev.assay.InvalidDataException;
import dev.assay.audit.Allowance;
import dev.assay.audit.ThisMachine;
import dev.assay.defense.Budget;
import dev.assay.report.BlindspotsReport;
import dev.assay.report.BlindspotsTable;
import dev.assay.report.HtmlReport;
import dev.assay.study.Blindspots;
import dev.assay.study.BlindspotsRequest;
import dev.assay.study.BlindspotsResult;
import dev.assay.study.StudySubject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay study blindspots}. */
@Command(
        name = "blindspots",
        description =
                "Repeats the experiments of arXiv 2512.06243 on integer and 4-bit kernels, with gradients that work: whether"
                        + " defenses see a backdoor in 8 bits, the norms of inverted triggers, and 4 bits on an easy and a"
                        + " hard data set. Says what agrees. Detections do not change the exit code, errors do.")
final class BlindspotsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "MODEL=SPEC",
            arity = "0..*",
            description =
                    "A backdoored model whose sidecar NAME.json tells attack, target and trigger, and labelled clean"
                            + " images to judge it on; SPEC is as for audit. Default: the model of signs that comes with Assay.")
    private List<String> subjects = List.of();

    @Mixin
    private EffortOptions effort;

    @Mixin
    private RunOptions run;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of a session. Default: one for each core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() {
        PrintWriter err = command.commandLine().getErr();
        BlindspotsRequest request = request();
        BlindspotsResult result;
        try (ProgressDisplay progress = ProgressDisplay.on(err)) {
            result = Blindspots.run(
                    request,
                    ThisMachine.environment(threads),
                    run.runner(Allowance.of(request.budget()).taskLimit()),
                    progress,
                    Clock.systemUTC(),
                    (audit, out) -> HtmlReport.write(audit, out.resolve("index.html")));
        }
        Path page = request.out().resolve("index.html");
        BlindspotsReport.write(result, page);
        command.commandLine().getOut().println(BlindspotsTable.render(result).stripTrailing());
        err.printf("assay: report %s, figures %s%n", page, request.out().resolve("study.json"));
        return result.exitCode();
    }

    private BlindspotsRequest request() {
        if (threads < 1) {
            throw new ParameterException(
                    command.commandLine(), "Invalid value for option '--threads': expected at least 1, got " + threads);
        }
        List<String> typed = command.root().commandLine().getParseResult().originalArgs();
        return new BlindspotsRequest(
                subjects.isEmpty()
                        ? List.of(Demo.find().subject())
                        : subjects.stream().map(this::subject).toList(),
                threads,
                effort.budget(Budget.STANDARD),
                effort.seed(),
                run.out(Path.of("blindspots"), ""),
                "assay " + String.join(" ", typed),
                run.resume());
    }

    /** Not by a converter: where none of several values is demanded, what does not convert would count as unmatched. */
    private StudySubject subject(String text) {
        try {
            return StudySubject.parse(text);
        } catch (InvalidDataException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
