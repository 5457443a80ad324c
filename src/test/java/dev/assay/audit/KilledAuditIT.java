package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.Preprocessing;
import dev.assay.defense.Budget;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 in mid-audit, then {@code --resume}: the same result but for timing. */
class KilledAuditIT {
    private static final int IMAGES = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;

    KilledAuditIT(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Audits the models of the folder given, in children, into {@code killed} below it. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        audit(request(folder, "killed", false), AuditListener.SILENT);
    }

    @Test
    void resumedAuditGivesTheSameResult() throws IOException, InterruptedException {
        TinyModel.write(folder.resolve("tiny.onnx"));
        AuditResult whole = audit(request(folder, "whole", false), AuditListener.SILENT);

        Path tasks = killInMidAudit();
        long kept = results(tasks);
        List<String> started = new ArrayList<>();
        AuditResult resumed = audit(request(folder, "killed", true), new AuditListener() {
            @Override
            public void started(String task) {
                started.add(task);
            }
        });

        assertThat(started).hasSize((int) (results(tasks) - kept));
        assertThat(AuditJson.toJson(resumed.withoutTiming())).isEqualTo(AuditJson.toJson(whole.withoutTiming()));
        assertThat(folder.resolve("killed/work")).doesNotExist();
    }

    /** Kills an audit as soon as a task has started after the first results; its children must follow it. */
    private Path killInMidAudit() throws IOException, InterruptedException {
        Process audit = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledAuditIT.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        Path tasks = OutFolder.tasks(folder.resolve("killed"));
        List<ProcessHandle> children = List.of();
        while (results(tasks) < 2 || children.isEmpty()) {
            children = audit.descendants().toList();
            assertThat(audit.isAlive()).isTrue();
            Thread.sleep(20);
        }
        audit.destroyForcibly().waitFor();
        for (ProcessHandle child : children) {
            child.onExit()
                    .completeOnTimeout(child, PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
            assertThat(child.isAlive()).isFalse();
        }
        assertThat(folder.resolve("killed/audit.json")).doesNotExist();
        return tasks;
    }

    private static long results(Path tasks) throws IOException {
        if (!Files.isDirectory(tasks)) {
            return 0;
        }
        try (var files = Files.list(tasks)) {
            return files.filter(file -> file.toString().endsWith(".json")).count();
        }
    }

    private static AuditResult audit(AuditRequest request, AuditListener listener) {
        return Audit.run(request, AuditTest.ENVIRONMENT, new ChildRunner(PATIENCE), listener, Clock.systemUTC());
    }

    private static AuditRequest request(Path folder, String out, boolean resume) throws IOException {
        return new AuditRequest(
                folder.resolve("tiny.onnx"),
                null,
                Hints.NONE,
                Preprocessing.DEFAULT,
                new AuditRequest.Images(TinyModel.images(folder.resolve("images.bin"), IMAGES), null, null, null),
                new AuditRequest.Plan(
                        List.of(Scheme.FP32, Scheme.INT8_STATIC),
                        List.of(),
                        QuantConfig.DEFAULTS,
                        List.of(SessionSpec.cpu(1)),
                        List.of(),
                        List.of("strip")),
                Budget.QUICK,
                7,
                folder.resolve(out),
                resume,
                Severity.HIGH);
    }
}
