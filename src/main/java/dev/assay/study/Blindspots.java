package dev.assay.study;

import dev.assay.Version;
import dev.assay.audit.Audit;
import dev.assay.audit.AuditJson;
import dev.assay.audit.AuditListener;
import dev.assay.audit.AuditRequest;
import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Environment;
import dev.assay.audit.TaskRunner;
import dev.assay.data.GroundTruth;
import dev.assay.data.Preprocessing;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The first three experiments of the seed study (arXiv 2512.06243) on integer kernels and with gradients that work:
 * whether defenses see a backdoor in 8 bits, the norms of the triggers they invert there, and what 4 bits do to an easy and
 * to a hard data set. One audit a model measures all of it.
 *
 * <p>The defenses are told the trigger: those that judge inputs get clean images and images that carry it, as the seed
 * study's got its poisoned training set. Neural Cleanse makes no use of it.
 */
public final class Blindspots {
    /** The float model, what the seed study calls INT8 and INT4, and what runs on integer and 4-bit kernels. */
    static final List<Scheme> SCHEMES = List.of(
            Scheme.FP32,
            Scheme.INT8_LINEAR_ONLY,
            Scheme.INT8_DYNAMIC,
            Scheme.INT8_STATIC,
            Scheme.INT4_SIMULATED,
            Scheme.INT4_KERNEL);

    private Blindspots() {}

    /**
     * Runs the audits one after the other and writes {@code study.json} into the request's folder.
     *
     * @param audited told of every audit that ran, with its folder
     * @throws dev.assay.AssayException if a model's truth is not known, an audit cannot be carried out, or nothing can be
     *     written
     */
    public static BlindspotsResult run(
            BlindspotsRequest request,
            Environment environment,
            TaskRunner runner,
            AuditListener listener,
            Clock clock,
            BiConsumer<AuditResult, Path> audited) {
        request.subjects().forEach(StudySubject::truth);
        List<StudiedModel> models = new ArrayList<>();
        int exitCode = 0;
        for (StudySubject subject : request.subjects()) {
            AuditRequest audit = audit(request, subject);
            listener.planned(0); // what was planned for the model before says nothing of this one
            AuditResult result = Audit.run(audit, environment, runner, listener, clock);
            audited.accept(result, audit.out());
            exitCode = Math.max(exitCode, result.failureCode());
            models.add(StudiedModel.of(subject.name(), subject.truth(), result, subject.name()));
        }
        BlindspotsResult result = new BlindspotsResult(
                BlindspotsResult.SCHEMA,
                Version.ASSAY,
                request.command(),
                request.seed(),
                request.budget(),
                exitCode,
                models,
                SeedStudy.compare(models));
        AuditJson.write(result, request.out().resolve("study.json"));
        return result;
    }

    private static AuditRequest audit(BlindspotsRequest request, StudySubject subject) {
        GroundTruth truth = subject.truth();
        return new AuditRequest(
                subject.model(),
                null,
                Hints.NONE,
                Preprocessing.readSidecar(subject.model()).orElse(Preprocessing.DEFAULT),
                new AuditRequest.Images(subject.data(), null, null, truth.sidecar()),
                new AuditRequest.Plan(
                        SCHEMES,
                        List.of(),
                        QuantConfig.DEFAULTS,
                        List.of(SessionSpec.cpu(request.threads())),
                        List.of(),
                        AuditRequest.Plan.DEFENSES),
                request.budget(),
                request.seed(),
                request.out().resolve(subject.name()),
                request.resume(),
                AuditRequest.DEFAULT_FAIL_ON);
    }
}
