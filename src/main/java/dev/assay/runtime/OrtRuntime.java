package dev.assay.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import java.util.EnumSet;

/** The one ONNX Runtime of this process. */
public final class OrtRuntime {
    /** Only fatal errors are logged: every other failure arrives as an exception. */
    static final OrtEnvironment ENVIRONMENT =
            OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "assay");

    private OrtRuntime() {}

    /** The version of the loaded library. */
    public static String version() {
        return ENVIRONMENT.getVersion();
    }

    static EnumSet<OrtProvider> providers() {
        return OrtEnvironment.getAvailableProviders();
    }
}
