package dev.assay.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run of a session that takes too long: a model may hold a Loop that never does. ONNX Runtime looks whether it
 * has to end before each node, those in a Loop's body too, and fails then.
 */
final class RunLimit implements AutoCloseable {
    private final RunOptions options;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread watch;
    private volatile boolean passed;

    /** Starts counting. */
    RunLimit(Duration limit) throws OrtException {
        options = new RunOptions();
        watch = new Thread(() -> watch(limit), "assay-run-limit");
        watch.setDaemon(true);
        watch.start();
    }

    private void watch(Duration limit) {
        try {
            if (!over.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                passed = true;
                options.setTerminate(true);
            }
        } catch (InterruptedException | OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the run is to be given. */
    RunOptions options() {
        return options;
    }

    /** Whether the run was told to end. */
    boolean isPassed() {
        return passed;
    }

    /** The run has ended. */
    @Override
    public void close() {
        over.countDown();
        try {
            watch.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        options.close();
    }
}
