package dev.assay.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.util.EnumSet;

/** The one ONNX Runtime of this process. */
public final class OrtRuntime {
    static final OrtEnvironment ENVIRONMENT = EnvironmentLoader.load();

    private OrtRuntime() {}

    /** The version of the loaded library. */
    public static String version() {
        return ENVIRONMENT.getVersion();
    }

    static EnumSet<OrtProvider> providers() {
        return OrtEnvironment.getAvailableProviders();
    }
}
