package dev.assay.audit;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Runs tasks somewhere: request in, result or failure out. Safe to call from several threads. */
public sealed interface TaskRunner permits InProcessRunner, ChildRunner {
    /**
     * Runs one task to its end.
     *
     * @param folder the audit's folder, which exists
     * @param progress told how far the task is, on any thread
     * @return the result, or why there is none, whatever the task did
     */
    TaskReply run(TaskCall call, Path folder, Consumer<Progress> progress);

    /** Lets go of what it keeps in an audit's folder between tasks. */
    void release(Path folder);
}
