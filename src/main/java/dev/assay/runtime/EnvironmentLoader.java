package dev.assay.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Makes ONNX Runtime's environment on a thread of its own. That needs more stack than is left of Java's usual 1 MB below
 * a test engine or a command: there it killed the process with SIGSEGV (measured on 1.29.0, linux-x64).
 *
 * <p>Not a part of {@link OrtRuntime}, whose initialization waits for this thread: it must not wait for that.
 */
final class EnvironmentLoader implements Callable<OrtEnvironment> {
    private static final long STACK_BYTES = 16L << 20;

    private EnvironmentLoader() {}

    static OrtEnvironment load() {
        FutureTask<OrtEnvironment> loading = new FutureTask<>(new EnvironmentLoader());
        new Thread(null, loading, "onnxruntime", STACK_BYTES).start();
        try {
            return loading.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("ONNX Runtime could not be loaded: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ONNX Runtime was loaded", e);
        }
    }

    /** Only fatal errors are logged: every other failure arrives as an exception. */
    @Override
    public OrtEnvironment call() {
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "assay");
    }
}
