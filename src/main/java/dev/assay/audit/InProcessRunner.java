package dev.assay.audit;

import dev.assay.AssayException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** Runs tasks in this process: nothing protects it from a native crash. */
public final class InProcessRunner implements TaskRunner {
    private final Map<String, TaskKind<?, ?>> kinds;

    /** A runner for the tasks of an audit. */
    public InProcessRunner() {
        this(Tasks.KINDS);
    }

    InProcessRunner(Map<String, TaskKind<?, ?>> kinds) {
        this.kinds = Map.copyOf(kinds);
    }

    @Override
    public TaskReply run(TaskCall call, Path folder, Consumer<Progress> progress) {
        TaskKind<?, ?> kind = kinds.get(call.kind());
        if (kind == null) {
            throw new IllegalArgumentException("no task of kind " + call.kind());
        }
        try {
            return TaskReply.done(kind.run(call.request(), folder, progress));
        } catch (AssayException e) {
            return new TaskReply(null, Failure.of(e));
        }
    }

    @Override
    public void release(Path folder) {
        // It keeps nothing.
    }
}
