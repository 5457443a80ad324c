package dev.assay.cli;

import dev.assay.audit.AuditRequest;
import dev.assay.data.DataSpec;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which images. */
final class DataOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--data",
            paramLabel = "SPEC",
            description = "Labelled clean images, as KIND:PATH or KIND:PATH#from..to with kind folder, cifar10, gtsrb,"
                    + " idx (each also with -train) or records; or signs:train, signs:test, drawn.")
    private @Nullable DataSpec data;

    @Option(
            names = "--calibration",
            paramLabel = "SPEC",
            description = "Images that choose activation ranges. Default: a part of --data kept apart from evaluation.")
    private @Nullable DataSpec calibration;

    @Option(
            names = "--training-data",
            paramLabel = "SPEC",
            description = "The images the model was trained on, possibly poisoned.")
    private @Nullable DataSpec trainingData;

    @Option(names = "--trigger", paramLabel = "FILE", description = "A known trigger, to measure its success.")
    private @Nullable Path trigger;

    /**
     * The labelled clean images.
     *
     * @throws ParameterException if they were not given
     */
    DataSpec data() {
        if (data == null) {
            throw new ParameterException(command.commandLine(), "Missing required option '--data=SPEC'");
        }
        return data;
    }

    /** The images that choose activation ranges, where they were named. */
    Optional<DataSpec> calibration() {
        return Optional.ofNullable(calibration);
    }

    /**
     * All that was named, for an audit.
     *
     * @throws ParameterException if there are no labelled clean images
     */
    AuditRequest.Images images() {
        return new AuditRequest.Images(data(), calibration, trainingData, trigger);
    }
}
