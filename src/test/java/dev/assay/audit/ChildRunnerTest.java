package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildRunnerTest {
    private static final long HEAP = 64L << 20;

    private final Path folder;
    private final List<Progress> progress = Collections.synchronizedList(new ArrayList<>());

    ChildRunnerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(OutFolder.tasks(folder));
    }

    @Test
    void resultsComeBackExactly() {
        TestTasks.Request request = new TestTasks.Request("ä\u2028\"", 0.1 + 0.2);

        TaskReply reply = run(TestTasks.ECHO, request, 60);

        assertThat(AuditJson.MAPPER.treeToValue(reply.result(), TestTasks.Result.class))
                .isEqualTo(new TestTasks.Result(
                        "ä\u2028\"",
                        0.1 + 0.2,
                        FileRef.of(folder, OutFolder.artifacts(folder).resolve("echo.txt"))));
        assertThat(progress).containsExactly(new Progress(1, 2, "words"));
        assertThat(OutFolder.scratch(folder, "task")).doesNotExist();
        assertThat(log()).doesNotExist();
    }

    @Test
    void nativeCrashIsAFailureWithItsLastLines() throws IOException {
        TaskReply reply = run(TestTasks.ABORT, new TestTasks.Request("Ort::Exception", 0), 60);

        assertThat(reply.failed().kind()).isEqualTo(Failure.Kind.DIED);
        assertThat(reply.failed().message()).startsWith("exit code 134 (signal 6); last lines: ");
        assertThat(log()).content().startsWith("terminate called: Ort::Exception\n");
    }

    @Test
    void exitWithoutResultIsAFailure() {
        assertThat(run(TestTasks.EXIT, request(), 60).failed())
                .isEqualTo(new Failure(Failure.Kind.DIED, "exit code 0, but no result"));
    }

    @Test
    void unreadableResultIsAFailure() {
        assertThat(run(TestTasks.GARBLE, new TestTasks.Request("task", 0), 60)
                        .failed()
                        .message())
                .startsWith("exit code 0, but an unreadable result: ");
    }

    @Test
    void hangEndsWithAllItsProcesses() throws IOException {
        TaskReply reply = run(TestTasks.HANG, request(), 10);

        assertThat(reply.failed().message()).startsWith("ended after its time limit of 10 s; last lines: sleeper ");
        assertThat(processesIn(Files.readString(log()))).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void logIsBounded() {
        TaskReply reply = run(TestTasks.CHATTER, request(), 60);

        assertThat(reply.result()).isNotNull();
        assertThat(log()).content().hasSizeLessThan(1_100_000).endsWith("… the rest is cut off\n");
    }

    @Test
    void exhaustedHeapIsAFailure() {
        assertThat(run(TestTasks.HOARD, request(), 60).failed().message())
                .startsWith("exit code 3; last lines: ")
                .contains("OutOfMemoryError");
    }

    @Test
    void bugIsAFailureThatEndsWithItsCause() {
        assertThat(run(TestTasks.BUG, new TestTasks.Request("thing", 0), 60)
                        .failed()
                        .message())
                .startsWith("exit code 70; ")
                .endsWith("bug in Assay: java.lang.IllegalStateException: no such thing");
    }

    @Test
    void tasksShareAProcessUntilOneEndsIt() {
        ChildRunner runner = runner(60);

        long first = pid(runner);
        assertThat(pid(runner)).isEqualTo(first);
        assertThat(runner.run(TaskCall.of("task", TestTasks.ABORT, request()), folder, progress::add)
                        .result())
                .isNull();
        assertThat(pid(runner)).isNotEqualTo(first);
    }

    @Test
    void releasedFolderHoldsNoProcessAndNoFiles() throws IOException {
        ChildRunner runner = runner(60);
        long pid = pid(runner);
        assertThat(ProcessHandle.of(pid)).get().matches(ProcessHandle::isAlive);

        runner.release(folder);

        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        try (Stream<Path> left = Files.list(folder.resolve("work"))) {
            assertThat(left).isEmpty();
        }
    }

    private long pid(ChildRunner runner) {
        TaskReply reply = runner.run(TaskCall.of("task", TestTasks.PID, request()), folder, progress::add);
        return (long) AuditJson.MAPPER
                .treeToValue(reply.result(), TestTasks.Result.class)
                .figure();
    }

    private TaskReply run(
            TaskKind<TestTasks.Request, TestTasks.Result> kind, TestTasks.Request request, int limitSeconds) {
        ChildRunner runner = runner(limitSeconds);
        try {
            return runner.run(TaskCall.of("task", kind, request), folder, progress::add);
        } finally {
            runner.release(folder);
        }
    }

    private static ChildRunner runner(int limitSeconds) {
        return new ChildRunner(TestTasks.class.getName(), Duration.ofSeconds(limitSeconds), HEAP);
    }

    private static TestTasks.Request request() {
        return new TestTasks.Request("text", 0);
    }

    private Path log() {
        return OutFolder.taskFile(folder, "task", ".log");
    }

    private static List<ProcessHandle> processesIn(String log) {
        List<ProcessHandle> processes = new ArrayList<>();
        Matcher matcher = Pattern.compile("(?:sleeper|self) (\\d+)").matcher(log);
        int found = 0;
        while (matcher.find()) {
            found++;
            ProcessHandle.of(Long.parseLong(matcher.group(1))).ifPresent(processes::add);
        }
        assertThat(found).isEqualTo(2);
        return processes;
    }
}
