package dev.assay.cli;

import dev.assay.audit.Progress;
import dev.assay.inspect.Inspection;
import dev.assay.inspect.SchemeSupport;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay inspect}. */
@Command(
        name = "inspect",
        description = "Shows what is in a model file: inputs and outputs as declared and as seen by running it,"
                + " operators, and what is odd about it.")
final class InspectCommand implements Runnable {
    private static final String TASK = "inspect";

    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
    private Path model;

    @Mixin
    private InputOptions input;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public void run() {
        Inspection inspection;
        try (ProgressDisplay progress = ProgressDisplay.on(command.commandLine().getErr())) {
            int schemes = SchemeSupport.schemes().size();
            progress.started(TASK);
            inspection = Inspection.of(
                    model, input.hints(), tried -> progress.progressed(TASK, new Progress(tried, schemes, "schemes")));
        }
        String text = json ? Json.of(inspection) : InspectionSheet.of(inspection);
        command.commandLine().getOut().println(text.stripTrailing());
    }
}
