package dev.assay.audit;

import dev.assay.AssayException;
import dev.assay.InvalidModelException;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.data.ImageSet;
import dev.assay.data.Npy;
import dev.assay.data.Trigger;
import dev.assay.defense.Budget;
import dev.assay.defense.Corroboration;
import dev.assay.defense.Decision;
import dev.assay.defense.Defense;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.Defenses;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.Need;
import dev.assay.defense.NeuralCleanseEvidence;
import dev.assay.defense.Suspect;
import dev.assay.fidelity.Comparison;
import dev.assay.fidelity.Evaluation;
import dev.assay.fidelity.Evaluation.Answers;
import dev.assay.fidelity.Evaluation.Attack;
import dev.assay.fidelity.Fidelity;
import dev.assay.fidelity.Saturation;
import dev.assay.grad.DeployedGradient;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.Kernels;
import dev.assay.runtime.Lanes;
import dev.assay.runtime.Scores;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures one deployment: its kernels, its distance from the reference, and what the defenses say of it. */
final class MeasureTask {
    /** Kernels and fidelity. */
    private static final int FIXED_STEPS = 2;

    private MeasureTask() {}

    /** The task's name. */
    static String id(Deployment deployment) {
        return "measure-" + deployment.id().replace('/', '-');
    }

    /**
     * What to measure.
     *
     * @param artifact what ships
     * @param session how it is run
     * @param reference what it is compared with
     * @param referenceScores what that answered
     * @param evaluation labelled images
     * @param clean labelled images for the defenses, often the same
     * @param training possibly poisoned training images, for the defenses that judge them
     * @param trigger a known trigger
     * @param triggerTold whether the defenses get that trigger
     * @param defenses ids of the defenses wanted
     * @param budget how much time they may take
     * @param startTriggers inverted on another deployment of the model, to start from
     * @param seed of everything random
     */
    record Request(
            Subject artifact,
            SessionSpec session,
            Subject reference,
            ReferenceTask.Result referenceScores,
            ImagesRef evaluation,
            ImagesRef clean,
            @Nullable ImagesRef training,
            @Nullable TriggerRef trigger,
            boolean triggerTold,
            List<String> defenses,
            Budget budget,
            List<InvertedTrigger> startTriggers,
            long seed) {}

    /**
     * What was measured.
     *
     * @param kernels which kernels ran
     * @param notFinite which score is NaN or infinite, so that nothing else can be said; null when none is
     * @param fidelity distance from the reference
     * @param saturation whether integer kernels could saturate elsewhere
     * @param gradient how its gradient is had, where a defense needs one
     * @param defenses what each defense found
     */
    record Result(
            KernelEvidence kernels,
            @Nullable String notFinite,
            @Nullable Fidelity fidelity,
            @Nullable Saturation saturation,
            @Nullable DeployedGradient gradient,
            List<DefenseResult> defenses) {}

    static Result run(Request request, Path folder, Consumer<Progress> progress) {
        Subject.Opened artifact = request.artifact().open(folder);
        ImageSet images = request.evaluation().load(folder);
        ImageSet clean = request.clean().equals(request.evaluation())
                ? images
                : request.clean().load(folder);
        Trigger trigger = request.trigger() == null ? null : request.trigger().load(folder);
        int steps = FIXED_STEPS + request.defenses().size();
        progress.accept(new Progress(0, steps, "steps, kernels"));
        KernelEvidence kernels = kernels(artifact, request.session(), artifact.source(images));
        Saturation saturation =
                Saturation.of(artifact.file(), request.session()).orElse(null);
        progress.accept(new Progress(1, steps, "steps, fidelity"));
        Fidelity fidelity;
        try {
            fidelity = fidelity(request, folder, artifact, images, trigger);
        } catch (InvalidModelException e) {
            // Both models run, so it is their scores: see Comparison.
            return new Result(kernels, e.getMessage(), null, saturation, null, List.of());
        }
        List<Defense> defenses = Defenses.of(request.budget()).stream()
                .filter(defense -> request.defenses().contains(defense.id()))
                .toList();
        Suspect bare = new Suspect(
                artifact.file(),
                artifact.classifier(),
                Lanes.of(artifact.file(), artifact.classifier(), request.session(), artifact.source(images)),
                artifact.preprocessing(),
                clean,
                request.training() == null ? null : request.training().load(folder),
                request.triggerTold() ? trigger : null,
                null,
                request.startTriggers().stream().map(InvertedTrigger::trigger).toList(),
                List.of(),
                request.seed());
        Suspect suspect = bare;
        String noGradient = null;
        if (defenses.stream().anyMatch(MeasureTask::needsGradient)) {
            try {
                suspect = bare.withGradient();
            } catch (AssayException e) {
                noGradient = "the gradient could not be measured: " + e.getMessage();
            }
        }
        List<DefenseResult> results = new ArrayList<>();
        for (Defense defense : defenses) {
            progress.accept(new Progress(FIXED_STEPS + results.size(), steps, "steps, " + defense.id()));
            Suspect informed = suspect.withInverted(NeuralCleanseEvidence.triggersIn(results));
            DefenseResult result = noGradient != null && needsGradient(defense)
                    ? failed(defense, noGradient)
                    : inspect(defense, informed);
            results.add(Corroboration.of(defense.needs(), result, informed, results));
        }
        return new Result(kernels, null, fidelity, saturation, suspect.gradient(), results);
    }

    private static Fidelity fidelity(
            Request request, Path folder, Subject.Opened artifact, ImageSet images, @Nullable Trigger trigger) {
        Subject.Opened reference = request.reference().open(folder);
        FileRef triggeredScores = request.referenceScores().triggered();
        Answers answers = new Answers(
                scores(request.referenceScores().clean(), reference, folder),
                triggeredScores == null ? null : scores(triggeredScores, reference, folder));
        Attack attack = trigger == null ? null : new Attack(artifact.source(images, trigger), trigger.target());
        Evaluation evaluation = new Evaluation(images, artifact.source(images), attack);
        return new Comparison(evaluation, reference.classifier(), answers)
                .measure(artifact.file(), artifact.classifier(), request.session());
    }

    private static Scores scores(FileRef file, Subject.Opened model, Path folder) {
        float[] values = Npy.read(file.checked(folder)).floats();
        return Scores.of(values, model.classifier().ports(), file.path());
    }

    /** A defense that fails takes nothing else with it. */
    private static DefenseResult inspect(Defense defense, Suspect suspect) {
        try {
            return Defenses.inspect(defense, suspect);
        } catch (AssayException e) {
            return failed(defense, e.getMessage());
        }
    }

    private static DefenseResult failed(Defense defense, @Nullable String reason) {
        return new DefenseResult(defense.id(), Decision.ERROR, reason, Double.NaN, Double.NaN, List.of(), null);
    }

    private static boolean needsGradient(Defense defense) {
        return defense.needs().contains(Need.GRADIENT);
    }

    private static KernelEvidence kernels(Subject.Opened artifact, SessionSpec session, ImageSource images) {
        ClassifierPorts ports = artifact.classifier().ports();
        int batch = ports.batch(Math.min(Classifier.BATCH, images.size()));
        long[] dims = ports.inputShape(batch);
        ByteBuffer input = ByteBuffer.allocate(Math.multiplyExact(batch, ports.imageBytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        images.fill(0, Math.min(batch, images.size()), input);
        return Kernels.observe(
                artifact.file(),
                artifact.classifier().model().graph(),
                artifact.classifier().observation(),
                session,
                Map.of(ports.input(), Tensor.of(ports.type(), dims, input.array())));
    }
}
