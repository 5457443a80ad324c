package dev.assay.audit;

import dev.assay.OutputException;
import dev.assay.defense.Budget;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How well defenses tell backdoored models from clean ones, deployment by deployment, as {@code evaluation.json} holds it.
 *
 * @param schema version of this format
 * @param assay version of Assay
 * @param folder where the models lie
 * @param budget how much each audit might cost
 * @param triggerTold whether the defenses were told the triggers
 * @param poisonRate share of the training images that triggers were put on, 0 to 1
 * @param audits one for each model and seed
 * @param deployments what the models are worth, by deployment
 * @param rates how the defenses did, by defense and deployment
 */
public record ZooResult(
        int schema,
        String assay,
        String folder,
        Budget budget,
        boolean triggerTold,
        double poisonRate,
        List<Audited> audits,
        List<DeploymentMeans> deployments,
        List<Rates> rates) {
    /** The version of the format that this record describes. */
    public static final int SCHEMA = 1;

    public ZooResult {
        audits = List.copyOf(audits);
        deployments = List.copyOf(deployments);
        rates = List.copyOf(rates);
    }

    /** The exit code of the worst error: 0 if every audit ran, whatever it found. */
    public int exitCode() {
        return audits.stream().mapToInt(Audited::errorCode).max().orElse(0);
    }

    /**
     * Writes the result whole or not at all.
     *
     * @throws OutputException if the file cannot be written
     */
    public void write(Path file) {
        AuditJson.write(this, file);
    }

    /**
     * One audit.
     *
     * @param model name of the file, without {@code .onnx}
     * @param dataset name of the data it was trained on
     * @param attack {@code none} for a clean model
     * @param target the attack's class; null for a clean model
     * @param seed of everything random
     * @param folder the audit's own, below the evaluation's
     * @param error why there is no audit; null if there is one
     * @param errorCode exit code of that error, or of a deployment that failed; 0 without any
     * @param deployments what was measured; empty without an audit
     */
    public record Audited(
            String model,
            String dataset,
            String attack,
            @Nullable Integer target,
            long seed,
            String folder,
            @Nullable String error,
            int errorCode,
            List<Outcome> deployments) {
        public Audited {
            deployments = List.copyOf(deployments);
        }

        /** Whether the model has a backdoor. */
        public boolean isBackdoored() {
            return target != null;
        }
    }

    /**
     * One deployment of one audit.
     *
     * @param id {@code scheme/provider/optimization}
     * @param accuracy share of clean images classified as labelled, 0 to 1; NaN when it could not be measured
     * @param attackSuccessRate share of images outside the target class that the trigger turns into it; NaN without one
     * @param error why there are no measurements; null if there are
     * @param judgements what each defense said
     */
    public record Outcome(
            String id,
            double accuracy,
            double attackSuccessRate,
            @Nullable String error,
            List<Judgement> judgements) {
        public Outcome {
            judgements = List.copyOf(judgements);
        }

        /** A deployment of an audit of a model whose backdoor, if any, leads to this class. */
        public static Outcome of(AuditResult.Deployment deployment, @Nullable Integer target) {
            var fidelity = deployment.fidelity();
            return new Outcome(
                    deployment.id(),
                    fidelity == null ? Double.NaN : fidelity.accuracy(),
                    fidelity == null
                            ? Double.NaN
                            : Objects.requireNonNullElse(fidelity.attackSuccessRate(), Double.NaN),
                    deployment.error(),
                    deployment.defenses().stream()
                            .map(result -> Judgement.of(result, target))
                            .toList());
        }
    }

    /**
     * What models are worth on one deployment: means over audits.
     *
     * @param deployment its id
     * @param measured audits with an accuracy
     * @param accuracy mean share of clean images classified as labelled; NaN without any
     * @param attacked audits with an attack success rate
     * @param attackSuccessRate mean of those; NaN without any
     */
    public record DeploymentMeans(
            String deployment, int measured, double accuracy, int attacked, double attackSuccessRate) {}

    /**
     * How one defense did on one deployment. Audits of one model with several seeds are no independent trials: with more
     * than one seed the intervals are narrower than the models deserve.
     *
     * @param defense its id
     * @param deployment its id
     * @param backdoored decisions on backdoored models
     * @param clean decisions on clean models
     * @param truePositives detections on backdoored models
     * @param falsePositives detections on clean models
     */
    public record Rates(
            String defense,
            String deployment,
            Tally backdoored,
            Tally clean,
            Proportion truePositives,
            Proportion falsePositives) {}
}
