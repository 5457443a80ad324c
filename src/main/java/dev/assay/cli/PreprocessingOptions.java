package dev.assay.cli;

import dev.assay.InvalidDataException;
import dev.assay.data.Preprocessing;
import dev.assay.data.Preprocessing.Layout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How pixels become the model's input. */
final class PreprocessingOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private InputOptions input;

    @Option(
            names = "--preprocessing",
            paramLabel = "FILE",
            description = "JSON file that describes the model's input. Default: MODEL with .json in place of .onnx, if"
                    + " it does; else pixels as 0..1, RGB. The options below override it.")
    private @Nullable Path file;

    @Option(names = "--mean", paramLabel = "R,G,B", description = "Subtracted from each channel, after --range.")
    private @Nullable String mean;

    @Option(names = "--std", paramLabel = "R,G,B", description = "Divides each channel, after --mean.")
    private @Nullable String std;

    @Option(
            names = "--range",
            paramLabel = "LOW..HIGH",
            description = "What pixels 0 and 255 become, as in 0..1, 0..255 or -1..1.")
    private @Nullable String range;

    @Option(names = "--order", paramLabel = "ORDER", description = "Order of the input's channels: rgb or bgr.")
    private @Nullable String order;

    /** What is known of the model's input. */
    InputOptions input() {
        return input;
    }

    /**
     * The preprocessing of a model: of {@code --preprocessing} or the model's sidecar, changed by the single options.
     * That a sidecar was used is said on the command's error stream.
     *
     * @param layout the layout that running the model showed
     * @throws InvalidDataException if a file is missing or damaged
     * @throws ParameterException if an option makes no sense
     */
    Preprocessing preprocessing(Path model, Layout layout) {
        Preprocessing described =
                file == null ? sidecar(model).orElse(Preprocessing.DEFAULT) : Preprocessing.read(file);
        Preprocessing fitting = described.withLayout(layout.name());
        Preprocessing ranged = changed(fitting, "--range", range, Preprocessing::withRange);
        Preprocessing centred = changed(ranged, "--mean", mean, Preprocessing::withMean);
        Preprocessing scaled = changed(centred, "--std", std, Preprocessing::withStd);
        return changed(scaled, "--order", order, Preprocessing::withOrder);
    }

    private Optional<Preprocessing> sidecar(Path model) {
        Optional<Preprocessing> found = Preprocessing.readSidecar(model);
        found.ifPresent(read -> command.commandLine()
                .getErr()
                .printf("assay: preprocessing taken from %s%n", Preprocessing.sidecarOf(model)));
        return found;
    }

    private Preprocessing changed(
            Preprocessing before,
            String option,
            @Nullable String text,
            BiFunction<Preprocessing, String, Preprocessing> change) {
        try {
            return text == null ? before : change.apply(before, text);
        } catch (InvalidDataException e) {
            throw new ParameterException(
                    command.commandLine(), "Invalid value for option '%s': %s".formatted(option, e.getMessage()), e);
        }
    }
}
