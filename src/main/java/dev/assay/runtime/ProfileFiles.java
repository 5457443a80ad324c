package dev.assay.runtime;

import dev.assay.SessionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
        TemporaryFiles.delete(directory);
    }
}
