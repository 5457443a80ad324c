package dev.assay.audit;

import dev.assay.audit.AuditResult.Artifact;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Gradient;
import dev.assay.audit.Ledger.Outcome;
import dev.assay.audit.Measured.Status;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.NeuralCleanse;
import dev.assay.defense.NeuralCleanseEvidence;
import dev.assay.quant.Scheme;
import dev.assay.quant.Skip;
import dev.assay.runtime.SessionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the artifacts of an audit and measures their deployments, each in a task of its own. */
final class Bench {
    private final AuditRequest request;
    private final Subject model;
    private final AuditData data;
    private final Reference reference;
    private final Ledger ledger;
    private final String prefix;
    private final boolean triggerTold;
    /** Inverted on the first deployment that any were inverted on: where searches on the others start. */
    private List<InvertedTrigger> startTriggers = List.of();
    /** What was measured completely, to try triggers on. */
    private final List<Transfers.Tried> complete = new ArrayList<>();

    /**
     * A bench for the artifacts of one model.
     *
     * @param prefix of the names of tasks and artifacts
     * @param triggerTold whether the defenses get the trigger of the data
     */
    Bench(
            AuditRequest request,
            Subject model,
            AuditData data,
            Reference reference,
            Ledger ledger,
            String prefix,
            boolean triggerTold) {
        this.request = request;
        this.model = model;
        this.data = data;
        this.reference = reference;
        this.ledger = ledger;
        this.prefix = prefix;
        this.triggerTold = triggerTold;
    }

    /** Tasks that {@link #measure} runs when nothing fails, and {@link #transfers} if wanted. */
    static int tasks(List<Recipe> recipes, AuditRequest.Plan plan, boolean withTransfers) {
        int artifacts = (int)
                recipes.stream().filter(recipe -> recipe.toMake().isPresent()).count();
        int deployments = recipes.stream()
                .mapToInt(recipe -> recipe.sessions(plan).size())
                .sum();
        boolean transfers = withTransfers && plan.defenses().contains(NeuralCleanse.ID) && deployments > 1;
        return artifacts + deployments * (transfers ? 2 : 1);
    }

    /**
     * Makes the artifact of a recipe and measures it on each session.
     *
     * @param modelBytes size of the model's own file
     */
    List<Measured> measure(Recipe recipe, long modelBytes) {
        Made made = recipe.toMake()
                .map(this::make)
                .or(() -> recipe.other().map(file -> Made.of(file, QuantizeTask.sizeOf(file.in(request.out())))))
                .orElseGet(() -> Made.of(model.file(), modelBytes));
        List<Measured> measured = new ArrayList<>();
        for (SessionSpec session : recipe.sessions(request.plan())) {
            Deployment bare = made.deployment(recipe, session, request);
            measured.add(
                    made.file() == null
                            ? new Measured(bare, made.status())
                            : measure(bare, model.with(made.file()), session));
        }
        return measured;
    }

    /** Tries the triggers inverted on each deployment that was measured so far on all others. */
    Transfers.Results transfers() {
        int images = Allowance.of(request.budget()).transferImages();
        return new Transfers(data.evaluation(), images, request.seed(), ledger).of(complete);
    }

    /** An artifact, or why there is none. */
    private record Made(
            @Nullable FileRef file,
            long bytes,
            List<Skip> skips,
            Status status,
            @Nullable String error) {
        static Made of(FileRef file, long bytes) {
            return new Made(file, bytes, List.of(), Status.COMPLETE, null);
        }

        static Made nothing(Status status, String error) {
            return new Made(null, 0, List.of(), status, error);
        }

        Deployment deployment(Recipe recipe, SessionSpec session, AuditRequest request) {
            AuditRequest.Plan plan = request.plan();
            return new Deployment(
                    recipe.deploymentId(session, plan),
                    recipe.id(),
                    session.provider().id(),
                    session.optimization().id(),
                    options(session, plan),
                    file == null ? null : new Artifact(request.nameOf(file), file.sha256(), bytes),
                    error,
                    skips,
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    List.of());
        }
    }

    private static List<String> options(SessionSpec session, AuditRequest.Plan plan) {
        List<String> options = new ArrayList<>(session.extraOptions());
        if (plan.variesThreads()) {
            options.add("threads=" + session.threads());
        }
        return options;
    }

    private Made make(Scheme scheme) {
        ImagesRef calibration = scheme.needsCalibration() ? data.calibration() : null;
        Outcome<QuantizeTask.Result> outcome = ledger.run(
                prefix + "quantize-" + scheme.id(),
                Tasks.QUANTIZE,
                new QuantizeTask.Request(
                        prefix + scheme.id(),
                        model,
                        scheme,
                        request.plan().quantization(),
                        calibration,
                        request.plan().threads()));
        if (outcome.failure().isPresent()) {
            return Made.nothing(Status.FAILED, outcome.failure().get().message());
        }
        QuantizeTask.Result result = outcome.orElseThrow();
        return result.artifact() == null
                ? Made.nothing(Status.NOT_APPLICABLE, String.valueOf(result.notApplicable()))
                : new Made(result.artifact(), result.bytes(), result.skips(), Status.COMPLETE, null);
    }

    private Measured measure(Deployment bare, Subject artifact, SessionSpec session) {
        Outcome<MeasureTask.Result> outcome = ledger.run(
                prefix + MeasureTask.id(bare),
                Tasks.MEASURE,
                new MeasureTask.Request(
                        artifact,
                        session,
                        reference.subject(),
                        reference.scores(),
                        data.evaluation(),
                        data.clean(),
                        data.training(),
                        data.trigger(),
                        triggerTold,
                        request.plan().defenses(),
                        request.budget(),
                        startTriggers,
                        request.seed()));
        Optional<Failure> failure = outcome.failure();
        if (failure.isPresent()) {
            return new Measured(bare.withError(failure.get().message()), Status.FAILED);
        }
        MeasureTask.Result result = outcome.orElseThrow();
        if (startTriggers.isEmpty()) {
            startTriggers = NeuralCleanseEvidence.triggersIn(result.defenses());
        }
        Deployment measured = bare.with(
                result.notFinite(),
                result.kernels(),
                result.fidelity(),
                result.gradient() == null ? null : Gradient.of(result.gradient()),
                result.saturation(),
                result.defenses());
        if (result.notFinite() != null) {
            return new Measured(measured, Status.NOT_FINITE);
        }
        complete.add(new Transfers.Tried(measured, artifact, session));
        return new Measured(measured, Status.COMPLETE);
    }
}
