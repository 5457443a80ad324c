package dev.assay.audit;

import dev.assay.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * Runs each task in a JVM of its own, with this JVM's class path and heap limit: a native crash, an exhausted heap or a
 * hang ends that task only. The children die with this process, however it ends: their standard input closes.
 */
public final class ChildRunner implements TaskRunner {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** Exit codes above this are 128 plus the signal that ended the process. */
    private static final int SIGNALLED = 128;

    private final String mainClass;
    private final Duration limit;
    private final long heapBytes;

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
        Path scratch = OutFolder.scratch(folder, call.id()).toAbsolutePath();
        Path crashLog = OutFolder.taskFile(folder, call.id(), ".crash.log").toAbsolutePath();
        Path request = scratch.resolve("request.json");
        Path reply = scratch.resolve("reply.json");
        OutFolder.deleteTree(scratch);
        OutFolder.delete(crashLog);
        WholeFile.write(request, AuditJson.MAPPER.writeValueAsString(call));
        ChildOutput output = new ChildOutput(OutFolder.taskFile(folder, call.id(), ".log"), progress);
        try {
            List<String> command = command(scratch, crashLog, request, reply, folder);
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String ending = waitFor(process, output);
            return ending.isEmpty() ? read(reply) : died(ending, output);
        } catch (IOException e) {
            throw new InvalidDataException("task %s: no process can be started: %s".formatted(call.id(), e), e);
        } finally {
            OutFolder.deleteTree(scratch);
        }
    }

    private List<String> command(Path scratch, Path crashLog, Path request, Path reply, Path folder) {
        String java = ProcessHandle.current().info().command().orElseGet(() -> Path.of(
                        System.getProperty("java.home"), "bin", "java")
                .toString());
        return List.of(
                java,
                "-Xmx" + heapBytes,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + crashLog,
                "--enable-native-access=ALL-UNNAMED",
                // ONNX Runtime unpacks its libraries there; a killed child cannot delete them itself.
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                System.getProperty("java.class.path"),
                mainClass,
                request.toString(),
                reply.toString(),
                folder.toString());
    }

    /** Waits for the end and returns what was wrong with it; empty when nothing was. */
    private String waitFor(Process process, ChildOutput output) {
        Thread reader = new Thread(() -> output.readAll(process.getInputStream()), "task-output");
        reader.setDaemon(true);
        reader.start();
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill(process);
            }
            reader.join(PATIENCE.toMillis());
            return ended
                    ? describe(process.exitValue())
                    : "ended after its time limit of %d s".formatted(limit.toSeconds());
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static String describe(int exitCode) {
        if (exitCode == 0) {
            return "";
        }
        return "exit code " + exitCode + (exitCode > SIGNALLED ? " (signal " + (exitCode - SIGNALLED) + ")" : "");
    }

    /** Ends a process and all it started, and waits until they are gone. */
    private static void kill(Process process) {
        List<ProcessHandle> tree = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        tree.forEach(ProcessHandle::destroyForcibly);
        tree.forEach(ended -> ended.onExit()
                .completeOnTimeout(ended, PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join());
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
