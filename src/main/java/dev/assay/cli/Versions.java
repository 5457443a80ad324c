package dev.assay.cli;

import dev.assay.Version;
import dev.assay.runtime.OrtRuntime;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "Assay " + Version.ASSAY,
            "ONNX Runtime " + OrtRuntime.version(),
            "Java " + System.getProperty("java.version")
        };
    }
}
