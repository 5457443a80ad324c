package dev.assay.audit;

import dev.assay.InvalidDataException;
import dev.assay.OutputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A JVM that runs an audit's tasks one after another until one of them ends it. It dies with this process, however that
 * ends: its standard input closes. Not thread-safe.
 */
final class TaskProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** Exit codes above this are 128 plus the signal that ended the process. */
    private static final int SIGNALLED = 128;

    /** What the launcher gives to this process: classes from an archive, libraries that are unpacked already. */
    private static final List<String> FOR_A_FAST_START =
            List.of("-XX:SharedArchiveFile=", "-Xshare:", "-Xlog:", "-Donnxruntime.native.path=");

    private final Path folder;
    private final Path scratch;
    private final Process process;
    private final Reader printed;
    private final Writer calls;

    private TaskProcess(Path folder, Path scratch, Process process) {
        this.folder = folder;
        this.scratch = scratch;
        this.process = process;
        this.printed = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
        this.calls = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a process with this one's class path.
     *
     * @param folder the audit's
     * @param scratch for temporary files; made here and deleted at the end
     */
    static TaskProcess start(String mainClass, long heapBytes, Path folder, Path scratch) {
        OutFolder.deleteTree(scratch);
        String java = ProcessHandle.current().info().command().orElseGet(() -> Path.of(
                        System.getProperty("java.home"), "bin", "java")
                .toString());
        List<String> command = new ArrayList<>(List.of(java));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> FOR_A_FAST_START.stream().anyMatch(option::startsWith))
                .forEach(command::add);
        command.addAll(List.of(
                "-Xmx" + heapBytes,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + crashLog(scratch),
                "--enable-native-access=ALL-UNNAMED",
                // ONNX Runtime unpacks its libraries there; a killed child cannot delete them itself.
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                System.getProperty("java.class.path"),
                mainClass,
                folder.toString()));
        try {
            Files.createDirectories(scratch);
            return new TaskProcess(
                    folder,
                    scratch,
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new InvalidDataException("no process for tasks can be started: " + e, e);
        }
    }

    private static Path crashLog(Path scratch) {
        return scratch.resolve("crash.log");
    }

    /** The audit's folder. */
    Path folder() {
        return folder;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Runs the task whose request lies in its scratch folder, where its reply will lie.
     *
     * @return what ended the process instead; empty when the task ended, or the process did with exit code 0
     */
    String run(String id, ChildOutput output, Duration limit) {
        CompletableFuture<Boolean> ended =
                CompletableFuture.supplyAsync(() -> output.readTask(printed), TaskProcess::startDaemon);
        call(id);
        try {
            CompletableFuture.anyOf(ended, process.onExit()).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            boolean lives = ended.completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return lives ? "" : ending();
        } catch (TimeoutException e) {
            kill();
            ended.completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return "ended after its time limit of %d s".formatted(limit.toSeconds());
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void startDaemon(Runnable reading) {
        Thread reader = new Thread(reading, "task-output");
        reader.setDaemon(true);
        reader.start();
    }

    private void call(String id) {
        try {
            calls.write(AuditJson.MAPPER.writeValueAsString(id) + "\n");
            calls.flush();
        } catch (IOException e) {
            // The process is gone already: its exit code says more.
        }
    }

    private String ending() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
        }
        int exitCode = process.exitValue();
        if (exitCode == 0) {
            return "";
        }
        return "exit code " + exitCode + (exitCode > SIGNALLED ? " (signal " + (exitCode - SIGNALLED) + ")" : "");
    }

    /** Moves the report of a JVM that crashed, if there is one. */
    void moveCrashLog(Path to) {
        try {
            if (Files.exists(crashLog(scratch))) {
                Files.move(crashLog(scratch), to);
            }
        } catch (IOException e) {
            throw new OutputException(to + ": cannot be written: " + e, e);
        }
    }

    /** Ends the process, and waits until it is gone. */
    @Override
    public void close() {
        try {
            calls.close();
            process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            // It was gone already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        kill();
        OutFolder.deleteTree(scratch);
    }

    /** Ends the process and all it started, and waits until they are gone. */
    private void kill() {
        List<ProcessHandle> tree = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        tree.forEach(ProcessHandle::destroyForcibly);
        tree.forEach(ended -> ended.onExit()
                .completeOnTimeout(ended, PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join());
    }
}
