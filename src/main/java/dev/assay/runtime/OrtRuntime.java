package dev.assay.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.stream.Stream;

/** The one ONNX Runtime of this process. */
public final class OrtRuntime {
    static final OrtEnvironment ENVIRONMENT = OrtStart.environment();

    private OrtRuntime() {}

    /** The version of the loaded library. */
    public static String version() {
        return ENVIRONMENT.getVersion();
    }

    /** The file the library was loaded from, where the system tells: on Linux. */
    public static Optional<Path> library() {
        try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            return mappings.filter(line -> line.contains("libonnxruntime.so"))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    static EnumSet<OrtProvider> providers() {
        return OrtEnvironment.getAvailableProviders();
    }
}
