package dev.assay.audit;

import dev.assay.audit.AuditResult.Saturation;
import dev.assay.data.ImageSet;
import dev.assay.defense.DefenseResult;
import dev.assay.fidelity.Fidelity;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.Kernels;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures one deployment: its kernels, its distance from the reference, and what the defenses say of it. */
final class MeasureTask {
    private MeasureTask() {}

    /**
     * What to measure.
     *
     * @param artifact what ships
     * @param session how it is run
     * @param reference what it is compared with
     * @param referenceSession how that is run
     * @param referenceScores what that answered
     * @param evaluation labelled images
     * @param training possibly poisoned training images, for the defenses that judge them
     * @param trigger a known trigger
     * @param defenses ids of the defenses wanted
     * @param seed of everything random
     */
    record Request(
            Subject artifact,
            SessionSpec session,
            Subject reference,
            SessionSpec referenceSession,
            ReferenceTask.Result referenceScores,
            ImagesRef evaluation,
            @Nullable ImagesRef training,
            @Nullable TriggerRef trigger,
            List<String> defenses,
            long seed) {}

    /**
     * What was measured.
     *
     * @param kernels which kernels ran
     * @param notFinite which score is NaN or infinite, so that nothing else can be said; null when none is
     * @param fidelity distance from the reference
     * @param saturation whether integer kernels could saturate elsewhere
     * @param defenses what each defense found
     */
    record Result(
            KernelEvidence kernels,
            @Nullable String notFinite,
            @Nullable Fidelity fidelity,
            @Nullable Saturation saturation,
            List<DefenseResult> defenses) {}

    static Result run(Request request, Path folder, Consumer<Progress> progress) {
        Subject.Opened artifact = request.artifact().open(folder);
        ImageSet images = request.evaluation().load(folder);
        KernelEvidence kernels = kernels(artifact, request.session(), artifact.source(images, null));
        return new Result(kernels, null, null, null, List.of());
    }

    private static KernelEvidence kernels(Subject.Opened artifact, SessionSpec session, ImageSource images) {
        ClassifierPorts ports = artifact.classifier().ports();
        int batch = ports.batch(Math.min(Classifier.BATCH, images.size()));
        long[] dims = ports.inputShape(batch);
        int bytes = Math.toIntExact(Tensor.elements(dims) * ports.type().bits() / Byte.SIZE);
        ByteBuffer input = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        images.fill(0, Math.min(batch, images.size()), input);
        return Kernels.observe(
                artifact.file(),
                artifact.classifier().model().graph(),
                artifact.classifier().observation(),
                session,
                Map.of(ports.input(), Tensor.of(ports.type(), dims, input.array())));
    }
}
