package dev.assay.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import dev.assay.SessionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Starts ONNX Runtime on a deep stack. Version 1.29.0 matches the process's command line against a regular expression
 * that recurses for each character: on Java's default stack of 1 MB a class path of 4,000 characters kills the process
 * with signal 11 and no message (measured).
 */
final class OrtStart {
    private static final long STACK_BYTES = 64L << 20;

    private OrtStart() {}

    static OrtEnvironment environment() {
        // Only fatal errors are logged: every other failure arrives as an exception.
        FutureTask<OrtEnvironment> start =
                new FutureTask<>(() -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "assay"));
        new Thread(null, start, "onnxruntime-start", STACK_BYTES).start();
        try {
            return start.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("ONNX Runtime does not start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionException("interrupted while ONNX Runtime was starting", e);
        }
    }
}
