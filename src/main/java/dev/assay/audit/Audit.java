package dev.assay.audit;

import dev.assay.InvalidModelException;
import dev.assay.Version;
import dev.assay.audit.AuditResult.Environment;
import dev.assay.audit.AuditResult.ModelInfo;
import dev.assay.audit.AuditResult.Timing;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Audits a model: makes its artifacts, measures each deployment, and judges what was measured. */
public final class Audit {
    private final AuditRequest request;
    private final OutFolder folder;
    private final Ledger ledger;
    private final AuditListener listener;

    private Audit(AuditRequest request, OutFolder folder, Ledger ledger, AuditListener listener) {
        this.request = request;
        this.folder = folder;
        this.ledger = ledger;
        this.listener = listener;
    }

    /**
     * Runs an audit and writes {@code audit.json} into the request's folder.
     *
     * <p>Equal requests give equal results but for timing. A deployment that fails becomes a part of the result; only
     * what nothing can be said without ends the audit.
     *
     * @param environment where this is
     * @param runner runs the tasks
     * @param clock for the timing
     * @throws dev.assay.AssayException if the model or the images cannot be used, a provider is missing, the reference
     *     does not run, or results cannot be written
     */
    public static AuditResult run(
            AuditRequest request, Environment environment, TaskRunner runner, AuditListener listener, Clock clock) {
        Instant start = clock.instant();
        try (OutFolder folder = OutFolder.open(request.out())) {
            Ledger ledger = new Ledger(folder.root(), runner, listener);
            OutFolder.delete(folder.auditJson());
            if (!request.resume()) {
                ledger.clear();
            }
            AuditResult untimed;
            try {
                untimed = new Audit(request, folder, ledger, listener).run(environment);
            } finally {
                runner.release(folder.root());
            }
            double seconds = Duration.between(start, clock.instant()).toNanos() / 1e9;
            AuditResult result = untimed.withTiming(new Timing(start.toString(), seconds, ledger.seconds()));
            AuditJson.write(result, folder.auditJson());
            folder.deleteWork();
            return result;
        }
    }

    /**
     * Deletes what an earlier audit reported in a folder, so that none of it stands for an audit that fails.
     *
     * @param reports names of files in the folder
     * @throws dev.assay.InvalidDataException if the folder is somebody else's, or a file cannot be deleted
     */
    public static void discardReports(Path out, Collection<String> reports) {
        OutFolder.requireOwn(out);
        reports.forEach(report -> OutFolder.delete(out.resolve(report)));
    }

    private AuditResult run(Environment environment) {
        FileRef file = FileRef.ofModel(folder.root(), request.model());
        OpenTask.Result opened = open("open-model", file);
        List<Recipe> recipes = recipes(opened);
        listener.planned(1 + Bench.tasks(recipes, request.plan(), true) + controlTasks(recipes));
        boolean calibrates = recipes.stream().anyMatch(Recipe::needsCalibration);
        AuditData data = AuditData.gather(request, opened.ports(), calibrates, folder);
        Subject model = new Subject(file, request.hints(), request.preprocessing());
        Reference reference = reference(model, opened, data);
        ModelInfo info = modelInfo(file, opened);
        boolean told = request.images().triggerUse().toldToDefenses();
        Bench bench = new Bench(request, model, data, reference, ledger, "", told);
        List<Measured> bare = recipes.stream()
                .flatMap(recipe -> bench.measure(recipe, info.bytes()).stream())
                .toList();
        Transfers.Results tried = bench.transfers();
        List<Measured> measured = request.plan().controls()
                ? new Controls(request, folder, ledger, model, data).beside(bare, recipes, info.classes())
                : bare;
        List<Finding> findings = Checks.run(new CheckContext(info, reference.isSimulation(), measured, tried));
        return new AuditResult(
                AuditResult.SCHEMA,
                Version.ASSAY,
                request.seed(),
                info,
                data.info(),
                environment,
                new VerdictPolicy(measured, findings, request.plan().defenses(), request.failOn()).verdict(),
                measured.stream().map(Measured::deployment).toList(),
                tried.transfers(),
                findings,
                Timing.NONE);
    }

    private int controlTasks(List<Recipe> recipes) {
        return request.plan().controls() ? Controls.tasks(recipes, request.plan()) : 0;
    }

    private List<Recipe> recipes(OpenTask.Result opened) {
        List<Recipe> recipes = new ArrayList<>();
        if (opened.quantized()) {
            recipes.add(Recipe.asIs());
        } else {
            request.plan().schemes().forEach(scheme -> recipes.add(Recipe.of(scheme)));
        }
        for (Path other : request.plan().others()) {
            FileRef file = FileRef.ofModel(folder.root(), other);
            requireSameTask(other, open("open-" + file.name(), file).ports(), opened.ports());
            recipes.add(Recipe.of(file));
        }
        return recipes;
    }

    private OpenTask.Result open(String id, FileRef file) {
        OpenTask.Request open = new OpenTask.Request(
                file,
                request.hints(),
                request.plan().sessions().stream()
                        .map(SessionSpec::provider)
                        .distinct()
                        .toList());
        return ledger.require(id, Tasks.OPEN, open);
    }

    /** The float model on the CPU at full optimization; for want of one, the quantized model with optimization off. */
    private Reference reference(Subject model, OpenTask.Result opened, AuditData data) {
        SessionSpec session = SessionSpec.cpu(request.plan().threads());
        Subject subject = model;
        if (request.reference() != null) {
            FileRef file = FileRef.ofModel(folder.root(), request.reference());
            requireSameTask(request.reference(), open("open-reference", file).ports(), opened.ports());
            subject = model.with(file);
        }
        boolean simulation = opened.quantized() && request.reference() == null;
        SessionSpec fitting = simulation ? session.at(Optimization.NONE) : session;
        ReferenceTask.Result scores = ledger.require(
                "reference",
                Tasks.REFERENCE,
                new ReferenceTask.Request("reference", subject, fitting, data.evaluation(), data.trigger()));
        return new Reference(subject, scores, simulation);
    }

    private static void requireSameTask(Path reference, ClassifierPorts found, ClassifierPorts wanted) {
        if (found.classes() != wanted.classes()
                || found.height() != wanted.height()
                || found.width() != wanted.width()) {
            throw new InvalidModelException(
                    "%s: expected the audited model's %d classes and %dx%d images, got %d and %dx%d"
                            .formatted(
                                    reference,
                                    wanted.classes(),
                                    wanted.height(),
                                    wanted.width(),
                                    found.classes(),
                                    found.height(),
                                    found.width()));
        }
    }

    private ModelInfo modelInfo(FileRef file, OpenTask.Result opened) {
        return new ModelInfo(
                request.model().toString(),
                file.sha256(),
                QuantizeTask.sizeOf(request.model()),
                opened.opset(),
                opened.inputs(),
                opened.ports().output(),
                opened.ports().probabilities(),
                opened.ports().classes(),
                opened.parameters());
    }
}
