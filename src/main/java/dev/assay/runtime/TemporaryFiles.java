package dev.assay.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Cleaning up behind ONNX Runtime, which hands some results over in files only. */
final class TemporaryFiles {
    private TemporaryFiles() {}

    /** Deletes a file or a folder with all in it; null and leftovers are ignored, for they change no result. */
    static void delete(@Nullable Path path) {
        if (path == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            path.toFile().deleteOnExit();
        }
    }
}
