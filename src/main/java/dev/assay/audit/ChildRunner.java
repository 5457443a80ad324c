package dev.assay.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;

/**
 * Runs tasks in a JVM beside this one, with its class path and heap limit: a native crash, an exhausted heap or a hang
 * ends that task only. The next one gets a new JVM; after a task that went well it gets the same, which is warm. Tasks at
 * the same time have one each.
 */
public final class ChildRunner implements TaskRunner {
    private final String mainClass;
    private final Duration limit;
    private final long heapBytes;
    private final List<TaskProcess> idle = new ArrayList<>();
    private int started;

    /**
     * A runner for the tasks of an audit.
     *
     * @param limit how long a task may take
     */
    public ChildRunner(Duration limit) {
        this(TaskMain.class.getName(), limit, Runtime.getRuntime().maxMemory());
    }

    ChildRunner(String mainClass, Duration limit, long heapBytes) {
        this.mainClass = mainClass;
        this.limit = limit;
        this.heapBytes = heapBytes;
    }

    @Override
    public TaskReply run(TaskCall call, Path folder, Consumer<Progress> progress) {
        Path root = folder.toAbsolutePath();
        Path crashLog = OutFolder.taskFile(root, call.id(), ".crash.log");
        OutFolder.deleteTree(OutFolder.scratch(root, call.id()));
        OutFolder.delete(crashLog);
        WholeFile.write(TaskMain.request(root, call.id()), AuditJson.MAPPER.writeValueAsString(call));
        ChildOutput output = new ChildOutput(OutFolder.taskFile(root, call.id(), ".log"), progress);
        TaskProcess process = take(root);
        try {
            String ending = process.run(call.id(), output, limit);
            return ending.isEmpty() ? read(TaskMain.reply(root, call.id())) : died(ending, output);
        } finally {
            giveBack(process, crashLog);
            OutFolder.deleteTree(OutFolder.scratch(root, call.id()));
        }
    }

    private synchronized TaskProcess take(Path root) {
        for (TaskProcess process : idle) {
            if (process.folder().equals(root) && process.isAlive()) {
                idle.remove(process);
                return process;
            }
        }
        return TaskProcess.start(mainClass, heapBytes, root, OutFolder.scratch(root, "process-" + started++));
    }

    private synchronized void giveBack(TaskProcess process, Path crashLog) {
        if (process.isAlive()) {
            idle.add(process);
        } else {
            process.moveCrashLog(crashLog);
            process.close();
        }
    }

    @Override
    public synchronized void release(Path folder) {
        List<TaskProcess> there = idle.stream()
                .filter(process -> process.folder().equals(folder.toAbsolutePath()))
                .toList();
        idle.removeAll(there);
        there.forEach(TaskProcess::close);
    }

    private static TaskReply read(Path reply) {
        if (!Files.exists(reply)) {
            return TaskReply.failed(Failure.Kind.DIED, "exit code 0, but no result");
        }
        try {
            return AuditJson.MAPPER.readValue(reply, TaskReply.class);
        } catch (JacksonException e) {
            return TaskReply.failed(
                    Failure.Kind.DIED, "exit code 0, but an unreadable result: " + e.getOriginalMessage());
        }
    }

    private static TaskReply died(String ending, ChildOutput output) {
        List<String> lines = output.lastLines();
        String printed = lines.isEmpty() ? "it printed nothing" : "last lines: " + String.join(" | ", lines);
        return TaskReply.failed(Failure.Kind.DIED, ending + "; " + printed);
    }
}
