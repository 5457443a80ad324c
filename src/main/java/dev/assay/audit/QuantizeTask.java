package dev.assay.audit;

import dev.assay.InvalidDataException;
import dev.assay.UnsupportedOpException;
import dev.assay.data.ImageSet;
import dev.assay.onnx.ModelFiles;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.Artifact;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.quant.Skip;
import dev.assay.runtime.ClassifierPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the artifact of a scheme. */
final class QuantizeTask {
    private QuantizeTask() {}

    /**
     * What to make of what.
     *
     * @param name of the artifact's file
     * @param calibration images; null for schemes that need none
     */
    record Request(
            String name,
            Subject model,
            Scheme scheme,
            QuantConfig config,
            @Nullable ImagesRef calibration,
            int threads) {}

    /**
     * What came of it.
     *
     * @param artifact the file; null when the scheme does not apply
     * @param bytes its size
     * @param skips nodes that the scheme left as they were
     * @param notApplicable why the scheme does not apply to this model; null when it does
     */
    record Result(
            @Nullable FileRef artifact,
            long bytes,
            List<Skip> skips,
            @Nullable String notApplicable) {}

    static Result run(Request request, Path folder, Consumer<Progress> progress) {
        Subject.Opened model = request.model().open(folder);
        ClassifierPorts ports = model.classifier().ports();
        ImageSet calibration = request.calibration() == null
                ? ImageSet.of(ports.height(), ports.width(), new byte[0], new int[0], List.of())
                : request.calibration().load(folder);
        try {
            Artifact artifact = Quantizer.quantize(
                    model.classifier(),
                    request.scheme(),
                    request.config(),
                    model.source(calibration),
                    request.threads());
            Path file = OutFolder.artifacts(folder).resolve(request.name() + ".onnx");
            OnnxWriter.write(artifact.model(), file);
            return new Result(FileRef.of(folder, file), sizeOf(file), artifact.skips(), null);
        } catch (UnsupportedOpException e) {
            return new Result(null, 0, List.of(), e.getMessage());
        }
    }

    static long sizeOf(Path model) {
        try {
            return ModelFiles.of(model).bytes();
        } catch (IOException e) {
            throw new InvalidDataException(model + ": cannot be read: " + e, e);
        }
    }
}
