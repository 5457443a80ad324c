package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Transfer;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.NeuralCleanseEvidence;
import dev.assay.defense.NeuralCleanseEvidence.ClassTrigger;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two deployments of the tiny model; its answers mean nothing, but the same on both. */
class TransfersTest {
    private static final int IMAGES = 40;
    private static final int SIDE = 32;

    private final OutFolder folder;
    private final ImagesRef images;
    private final Subject model;

    TransfersTest(@TempDir Path path) throws IOException {
        folder = OutFolder.open(path.resolve("out"));
        images = ImagesRef.store(
                folder,
                "evaluation",
                TinyModel.images(path.resolve("images.bin"), IMAGES).load());
        Path file = TinyModel.write(folder.root().resolve("tiny.onnx"));
        model = new Subject(FileRef.ofModel(folder.root(), file), Hints.NONE, Preprocessing.DEFAULT);
    }

    @AfterEach
    void unlock() {
        folder.close();
    }

    @Test
    void eachTriggerIsTriedOnTheOtherDeployments() {
        Transfers.Results results = results(tried("a", 0, 2), tried("b", 1), tried("c"));

        assertThat(results.failures()).isEmpty();
        List<Transfer> transfers = results.transfers();
        assertThat(transfers)
                .extracting(transfer -> transfer.from() + transfer.to() + transfer.targetClass())
                .containsExactly("ba1", "ab0", "ab2", "ac0", "ac2", "bc1");
        assertThat(transfers)
                .allSatisfy(transfer -> assertThat(transfer.attackSuccessRate()).isBetween(0.0, 1.0));
        // An image that is all trigger gets one answer: all go to one class, or none do.
        assertThat(transfers).allMatch(transfer -> transfer.attackSuccessRate() % 1 == 0);
    }

    @Test
    void whatAFailedTaskShouldHaveFoundIsUndefinedAndWhyIsKept() throws IOException {
        Transfers.Tried from = tried("a", 0);
        Transfers.Tried to = tried("b");
        Files.write(folder.root().resolve("tiny.onnx"), new byte[] {1});

        Transfers.Results results = results(from, to);

        assertThat(results.failures()).containsOnlyKeys("b").hasEntrySatisfying("b", why -> assertThat(why)
                .contains("tiny.onnx"));
        assertThat(results.transfers()).singleElement().satisfies(transfer -> {
            assertThat(transfer.to()).isEqualTo("b");
            assertThat(transfer.attackSuccessRate()).isNaN();
        });
    }

    private Transfers.Results results(Transfers.Tried... tried) {
        Ledger ledger = new Ledger(folder.root(), new InProcessRunner(), AuditListener.SILENT);
        return new Transfers(images, 256, 7, ledger).of(List.of(tried));
    }

    private Transfers.Tried tried(String id, int... targets) {
        List<ClassTrigger> classes = IntStream.of(targets)
                .mapToObj(target -> new ClassTrigger(target, List.of(), 0.02, 1, trigger(target)))
                .toList();
        DefenseResult result = new DefenseResult(
                "neural-cleanse",
                Decision.NOT_DETECTED,
                "why",
                1,
                2,
                List.of(),
                new NeuralCleanseEvidence(
                        "exact", 20, 20, 100, List.of(), List.of(), classes, List.of(), List.of(), List.of()));
        Deployment deployment = new Deployment(
                id,
                "fp32",
                "cpu",
                "all",
                List.of(),
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                List.of(result),
                List.of());
        return new Transfers.Tried(deployment, model, SessionSpec.cpu(1));
    }

    /** Covers the whole image. */
    private static InvertedTrigger trigger(int target) {
        float[] mask = new float[SIDE * SIDE];
        Arrays.fill(mask, 1);
        Trigger trigger = Trigger.of(target, SIDE, SIDE, mask, new float[3 * SIDE * SIDE]);
        return new InvertedTrigger(
                target, SIDE * SIDE, 1, trigger.maskPicture(), trigger.patternPicture(), trigger.picture());
    }
}
