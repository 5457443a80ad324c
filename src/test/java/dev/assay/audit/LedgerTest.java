package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
    private static final TestTasks.Request REQUEST = new TestTasks.Request("text", Double.NaN);

    private final OutFolder folder;
    private final List<String> started = new ArrayList<>();

    LedgerTest(@TempDir Path path) {
        folder = OutFolder.open(path.resolve("out"));
    }

    @AfterEach
    void unlock() {
        folder.close();
    }

    @Test
    void keepsResultsOfEqualRequests() {
        TestTasks.Result first = echo(REQUEST);

        assertThat(echo(REQUEST)).isEqualTo(first);
        assertThat(first.figure()).isNaN();
        assertThat(started).containsExactly("echo");
    }

    @Test
    void runsAgainWhenTheRequestDiffers() {
        echo(REQUEST);
        echo(new TestTasks.Request("text", 1));

        assertThat(started).hasSize(2);
    }

    @Test
    void runsAgainWhenAFileOfTheResultChanged() throws IOException {
        TestTasks.Result result = echo(REQUEST);
        Files.writeString(result.file().in(folder.root()), "other");

        assertThat(echo(REQUEST)).isEqualTo(result);
        assertThat(started).hasSize(2);
        assertThat(result.file().in(folder.root())).hasContent("text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"key\": \"0\"}"})
    void runsAgainWhenTheStoredResultIsDamaged(String content) throws IOException {
        echo(REQUEST);
        Files.writeString(OutFolder.taskFile(folder.root(), "echo", ".json"), content);
        echo(REQUEST);

        assertThat(started).hasSize(2);
    }

    @Test
    void keyDependsOnKindAndRequestAndNotOnTheName() {
        String key = TaskCall.of("one", TestTasks.ECHO, REQUEST).key();

        assertThat(TaskCall.of("two", TestTasks.ECHO, REQUEST).key())
                .isEqualTo(key)
                .hasSize(64);
        assertThat(TaskCall.of("one", TestTasks.EXIT, REQUEST).key()).isNotEqualTo(key);
        assertThat(TaskCall.of("one", TestTasks.ECHO, new TestTasks.Request("text", -0.0))
                        .key())
                .isNotEqualTo(TaskCall.of("one", TestTasks.ECHO, new TestTasks.Request("text", 0.0))
                        .key());
    }

    @Test
    void aFailureThatEndsTheAuditIsToldByTheExceptionOnly() {
        TaskKind<TestTasks.Request, TestTasks.Result> invalid = new TaskKind<>(
                "invalid", TestTasks.Request.class, TestTasks.Result.class, (request, root, progress) -> {
                    throw new InvalidModelException("m.onnx: broken");
                });
        List<String> ended = new ArrayList<>();
        Ledger ledger = new Ledger(folder.root(), new InProcessRunner(Map.of("invalid", invalid)), new AuditListener() {
            @Override
            public void ended(String task, String how) {
                ended.add(how);
            }
        });

        assertThatThrownBy(() -> ledger.require("open", invalid, REQUEST))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage("m.onnx: broken");
        assertThat(ledger.run("try", invalid, REQUEST).failure()).isPresent();

        assertThat(ended).containsExactly("failed", "m.onnx: broken");
    }

    @Test
    void clearsItsOwnFilesOnly() throws IOException {
        TestTasks.Result result = echo(REQUEST);
        Path foreignJson = Files.writeString(OutFolder.tasks(folder.root()).resolve("mine.json"), "{}");
        Path foreignModel = Files.writeString(OutFolder.artifacts(folder.root()).resolve("mine.onnx"), "model");

        ledger().clear();

        assertThat(OutFolder.taskFile(folder.root(), "echo", ".json")).doesNotExist();
        assertThat(result.file().in(folder.root())).doesNotExist();
        assertThat(foreignJson).exists();
        assertThat(foreignModel).exists();
    }

    @Test
    void clearLeavesFilesThatChangedSince() throws IOException {
        TestTasks.Result result = echo(REQUEST);
        Files.writeString(result.file().in(folder.root()), "edited by hand");

        ledger().clear();

        assertThat(result.file().in(folder.root())).hasContent("edited by hand");
    }

    private TestTasks.Result echo(TestTasks.Request request) {
        return ledger().run("echo", TestTasks.ECHO, request).orElseThrow();
    }

    private Ledger ledger() {
        AuditListener listener = new AuditListener() {
            @Override
            public void started(String task) {
                started.add(task);
            }
        };
        return new Ledger(folder.root(), new InProcessRunner(TestTasks.KINDS), listener);
    }
}
