package dev.assay.runtime;

import dev.assay.SessionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder where a profiled session writes; closing deletes it. */
record ProfileFiles(Path directory) implements AutoCloseable {
    static ProfileFiles create() {
        try {
            return new ProfileFiles(Files.createTempDirectory("assay-profile"));
        } catch (IOException e) {
            throw new SessionException("a profile needs a temporary folder: " + OneLine.of(e), e);
        }
    }

    String profilePrefix() {
        return directory.resolve("profile").toString();
    }

    Path optimizedModel() {
        return directory.resolve("optimized.onnx");
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // A leftover in the temporary folder changes no result.
        }
    }
}
