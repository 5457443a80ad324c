package dev.assay.runtime;

import dev.assay.ir.Graph;
import dev.assay.onnx.OnnxReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The graph that ONNX Runtime makes of a model and executes, as it writes it out. */
public final class OptimizedGraph {
    private OptimizedGraph() {}

    /** The executed graph of a model's file; empty where the provider compiles it, so that there is none to write. */
    public static Optional<Graph> of(Path model, SessionSpec spec) {
        return of(files -> Session.open(model, spec, files));
    }

    /** The executed graph of a model in memory; {@code place} names it in error messages. */
    public static Optional<Graph> of(byte[] model, String place, SessionSpec spec) {
        return of(files -> Session.open(model, place, spec, files));
    }

    private static Optional<Graph> of(Function<ProfileFiles, Session> opener) {
        try (ProfileFiles files = ProfileFiles.create()) {
            opener.apply(files).close();
            return Files.exists(files.optimizedModel())
                    ? Optional.of(OnnxReader.read(files.optimizedModel()).graph())
                    : Optional.empty();
        }
    }

    /** The name that a node of the executed graph had before the runtime appended marks of its own. */
    public static String originalName(String executedName) {
        return KernelMap.SUFFIX.matcher(executedName).replaceFirst("");
    }
}
