package dev.assay.audit;

import dev.assay.AssayException;
import dev.assay.InvalidDataException;
import dev.assay.Version;
import dev.assay.audit.AuditResult.Environment;
import dev.assay.audit.ZooResult.Audited;
import dev.assay.audit.ZooResult.Outcome;
import dev.assay.data.DataSpec;
import dev.assay.data.GroundTruth;
import dev.assay.data.Preprocessing;
import dev.assay.runtime.ImageClassifier.Hints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Audits every model of a folder whose truth is known, and counts which defense was right where. */
public final class ZooEvaluation {
    private final ZooRequest request;
    private final Environment environment;
    private final TaskRunner runner;
    private final AuditListener listener;
    private final Clock clock;

    private ZooEvaluation(
            ZooRequest request, Environment environment, TaskRunner runner, AuditListener listener, Clock clock) {
        this.request = request;
        this.environment = environment;
        this.runner = runner;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * Runs the audits one after the other and writes {@code evaluation.json} into the request's folder. An audit that
     * fails becomes a part of the result and the next one starts.
     *
     * @param audited told of every audit that ran, with its folder
     * @throws InvalidDataException if the folder has no model with a sidecar that names its attack, or nothing can be
     *     written
     */
    public static ZooResult run(
            ZooRequest request,
            Environment environment,
            TaskRunner runner,
            AuditListener listener,
            Clock clock,
            BiConsumer<AuditResult, Path> audited) {
        ZooResult result = new ZooEvaluation(request, environment, runner, listener, clock).run(audited);
        result.write(request.out().resolve("evaluation.json"));
        return result;
    }

    private ZooResult run(BiConsumer<AuditResult, Path> audited) {
        Map<Path, GroundTruth> models = models(request.folder());
        requireNamedSets(models.values());
        List<Audited> audits = new ArrayList<>();
        models.forEach((model, truth) -> {
            for (long seed : request.seeds()) {
                audits.add(audit(model, truth, seed, audited));
            }
        });
        ZooSummary summary = new ZooSummary(audits);
        return new ZooResult(
                ZooResult.SCHEMA,
                Version.ASSAY,
                request.folder().toString(),
                request.budget(),
                request.triggerUse().toldToDefenses(),
                request.triggerUse().poisonRate(),
                audits,
                summary.deployments(),
                summary.rates());
    }

    /** A set that no model names is a slip of the pen, which would show only after hours. */
    private void requireNamedSets(Collection<GroundTruth> truths) {
        SortedSet<String> named =
                truths.stream().map(GroundTruth::dataset).collect(Collectors.toCollection(TreeSet::new));
        for (ZooRequest.BySet images : List.of(request.data(), request.calibration(), request.training())) {
            for (String set : new TreeSet<>(images.specs().keySet())) {
                if (!set.isEmpty() && !named.contains(set)) {
                    throw new InvalidDataException(
                            "%s: expected images of a data set that its sidecars name (%s), got '%s'"
                                    .formatted(request.folder(), String.join(", ", named), set));
                }
            }
        }
    }

    private static Map<Path, GroundTruth> models(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Map<Path, GroundTruth> models = new TreeMap<>();
            files.filter(file -> file.toString().endsWith(".onnx"))
                    .forEach(file -> GroundTruth.readSidecar(file).ifPresent(truth -> models.put(file, truth)));
            if (models.isEmpty()) {
                throw new InvalidDataException(
                        folder + ": expected models NAME.onnx with a NAME.json that has the key 'attack', got none");
            }
            return models;
        } catch (IOException e) {
            throw new InvalidDataException(folder + ": expected a folder of models: " + e, e);
        }
    }

    private Audited audit(Path model, GroundTruth truth, long seed, BiConsumer<AuditResult, Path> audited) {
        String name = nameOf(model);
        Path folder = Path.of(name, "seed-" + seed);
        listener.planned(0); // what was planned for the model before says nothing of this one
        try {
            AuditRequest audit = request(model, truth, seed, request.out().resolve(folder));
            AuditResult result = Audit.run(audit, environment, runner, listener, clock);
            audited.accept(result, audit.out());
            List<Outcome> outcomes = result.deployments().stream()
                    .map(deployment -> Outcome.of(deployment, truth.target()))
                    .toList();
            return outcome(name, truth, seed, folder, null, result.failureCode(), outcomes);
        } catch (AssayException e) {
            listener.ended(name, "failed: " + e.getMessage());
            return outcome(name, truth, seed, folder, e.getMessage(), e.exitCode(), List.of());
        }
    }

    private static Audited outcome(
            String name,
            GroundTruth truth,
            long seed,
            Path folder,
            @Nullable String error,
            int errorCode,
            List<Outcome> outcomes) {
        return new Audited(
                name,
                truth.dataset(),
                truth.attack(),
                truth.target(),
                seed,
                folder.toString(),
                error,
                errorCode,
                outcomes);
    }

    private AuditRequest request(Path model, GroundTruth truth, long seed, Path out) {
        DataSpec data = request.data()
                .of(truth.dataset())
                .orElseThrow(() -> new InvalidDataException(
                        "%s: expected images of its data set '%s', got none; pass --data %s=SPEC"
                                .formatted(truth.sidecar(), truth.dataset(), truth.dataset())));
        AuditRequest.Images images = new AuditRequest.Images(
                data,
                request.calibration().of(truth.dataset()).orElse(null),
                request.training().of(truth.dataset()).orElse(null),
                truth.hasTrigger() ? truth.sidecar() : null,
                request.triggerUse());
        return new AuditRequest(
                model,
                null,
                Hints.NONE,
                Preprocessing.readSidecar(model).orElse(Preprocessing.DEFAULT),
                images,
                request.plan(),
                request.budget(),
                seed,
                out,
                request.resume(),
                AuditRequest.DEFAULT_FAIL_ON);
    }

    private static String nameOf(Path model) {
        return String.valueOf(model.getFileName()).replaceFirst("\\.onnx$", "");
    }
}
