package dev.assay.cli;

import dev.assay.OutputException;
import dev.assay.audit.Progress;
import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Split;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.Artifact;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay quantize}. */
@Command(
        name = "quantize",
        description =
                "Writes the artifact that a scheme makes of a float model, and says which nodes it left alone, and why.")
final class QuantizeCommand implements Callable<Integer> {
    private static final long SEED = 7;

    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "MODEL", description = "An ONNX file.")
    private Path model;

    @Option(names = "--scheme", paramLabel = "NAME", description = "One of the schemes of audit. Default: int8-static.")
    private Scheme scheme = Scheme.INT8_STATIC;

    @Option(names = "--out", paramLabel = "FILE", description = "The artifact. Default: <model name>.<scheme>.onnx.")
    private @Nullable Path out;

    @Option(names = "--threads", paramLabel = "N", description = "Threads for calibration. Default: one for each core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Mixin
    private PreprocessingOptions preprocessing;

    @Mixin
    private DataOptions data;

    @Mixin
    private QuantizationOptions quantization;

    @Override
    public Integer call() {
        Path file = out == null ? Path.of(name() + "." + scheme.id() + ".onnx") : out;
        requireFree(file);
        ImageClassifier classifier = ImageClassifier.of(
                OnnxReader.read(model), model.toString(), preprocessing.input().hints());
        ImageSource calibration = scheme.needsCalibration() ? calibration(classifier.ports()) : ImageSource.none();
        Artifact artifact = quantize(classifier, calibration);
        OnnxWriter.write(artifact.model(), file);
        command.commandLine()
                .getOut()
                .println(ArtifactSheet.of(model, file, scheme, artifact).stripTrailing());
        return 0;
    }

    private Artifact quantize(ImageClassifier classifier, ImageSource calibration) {
        String task = "quantize to " + scheme.id();
        try (ProgressDisplay progress = ProgressDisplay.on(command.commandLine().getErr())) {
            progress.started(task);
            ImageSource heard = calibration.heardBy(
                    read -> progress.progressed(task, new Progress(read, calibration.size(), "images")));
            return Quantizer.quantize(classifier, scheme, quantization.config(), heard, threads);
        }
    }

    private void requireFree(Path file) {
        try {
            if (Files.exists(file) && Files.exists(model) && Files.isSameFile(file, model)) {
                throw new ParameterException(
                        command.commandLine(), "--out %s: expected another file than the model itself".formatted(file));
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new ParameterException(
                        command.commandLine(), "--out %s: expected a file, got a folder or a device".formatted(file));
            }
        } catch (IOException e) {
            throw new OutputException(file + ": cannot be looked at: " + e, e);
        }
    }

    private String name() {
        return String.valueOf(model.getFileName()).replaceFirst("\\.onnx$", "");
    }

    /** What {@code --calibration} names, or a part of {@code --data}, balanced over the classes. */
    private ImageSource calibration(ClassifierPorts ports) {
        DataSpec spec = data.calibration().orElseGet(data::data);
        ImageSet all = spec.load(ports.height(), ports.width());
        ImageSet images = data.calibration().isPresent() || all.size() <= QuantConfig.CALIBRATION_IMAGES
                ? all
                : Split.of(all, QuantConfig.CALIBRATION_IMAGES, SEED).calibration();
        Preprocessing described = preprocessing.preprocessing(model, ports.layout());
        return ImageSource.of(images, described, ports.type());
    }
}
