package dev.assay.runtime;

import java.nio.file.Path;

/** Where a profiled session writes. */
record ProfileFiles(Path directory) {
    String profilePrefix() {
        return directory.resolve("profile").toString();
    }

    Path optimizedModel() {
        return directory.resolve("optimized.onnx");
    }
}
