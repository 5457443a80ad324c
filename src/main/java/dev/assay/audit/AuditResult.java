package dev.assay.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.fidelity.Fidelity;
import dev.assay.fidelity.Saturation;
import dev.assay.grad.DeployedGradient;
import dev.assay.grad.GradientHealth;
import dev.assay.quant.Skip;
import dev.assay.runtime.KernelEvidence;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The result of an audit as {@code audit.json} holds it, schema version 1. Names are a contract.
 *
 * @param schema version of this format
 * @param assay version of Assay
 * @param seed seed of everything random
 * @param model what was audited
 * @param data which images it was audited with
 * @param environment where
 * @param verdict the conclusion
 * @param deployments each artifact on each provider and setting
 * @param transfer inverted triggers tried on other deployments
 * @param findings everything reportable, most severe first
 * @param timing wall time; the only part, with the {@code micros} of kernels, that differs between equal runs
 */
public record AuditResult(
        int schema,
        String assay,
        long seed,
        ModelInfo model,
        DataInfo data,
        Environment environment,
        Verdict verdict,
        List<Deployment> deployments,
        List<Transfer> transfer,
        List<Finding> findings,
        Timing timing) {
    /** The version of the format that this record describes. */
    public static final int SCHEMA = 1;

    /** Exit code where a deployment could not be measured: ONNX Runtime failed. */
    private static final int FAILED = 5;

    public AuditResult {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(environment, "environment");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(timing, "timing");
        deployments = List.copyOf(deployments);
        transfer = List.copyOf(transfer);
        findings = List.copyOf(findings);
    }

    /** The defenses that some deployment has a result for, in the order they first appear. */
    public List<String> defenseIds() {
        return deployments.stream()
                .flatMap(deployment -> deployment.defenses().stream())
                .map(DefenseResult::id)
                .distinct()
                .toList();
    }

    /** The number of findings of each severity that occurs, most severe first. */
    public SortedMap<Severity, Long> findingCounts() {
        return findings.stream()
                .collect(Collectors.groupingBy(
                        Finding::severity, () -> new TreeMap<>(Comparator.reverseOrder()), Collectors.counting()));
    }

    /** Whether a deployment is missing because its scheme cannot be applied to the model, which is no failure. */
    public boolean isNotApplicable(Deployment deployment) {
        return findings.stream()
                .anyMatch(finding -> finding.id().equals(SchemeNotApplicableCheck.ID)
                        && deployment.id().equals(finding.deployment()));
    }

    /**
     * The exit code where findings do not matter: that of a deployment or a defense that failed, else 0. A scheme that does
     * not apply is no failure.
     */
    public int failureCode() {
        boolean deploymentFailed =
                findings.stream().anyMatch(finding -> finding.id().equals(DeploymentErrorCheck.ID));
        boolean defenseFailed = deployments.stream()
                .flatMap(deployment -> deployment.defenses().stream())
                .anyMatch(defense -> defense.decision() == Decision.ERROR);
        return deploymentFailed || defenseFailed ? FAILED : 0;
    }

    /** The same result without wall times: equal for two audits with equal requests (DESIGN.md, law 5). */
    public AuditResult withoutTiming() {
        return with(deployments.stream().map(Deployment::withoutTiming).toList(), Timing.NONE);
    }

    AuditResult withTiming(Timing newTiming) {
        return with(deployments, newTiming);
    }

    private AuditResult with(List<Deployment> newDeployments, Timing newTiming) {
        return new AuditResult(
                schema, assay, seed, model, data, environment, verdict, newDeployments, transfer, findings, newTiming);
    }

    /**
     * The model.
     *
     * @param path as given
     * @param sha256 {@link dev.assay.onnx.ModelFiles#sha256} of the file and its external data
     * @param bytes size of both
     * @param opset version of ONNX's own operators
     * @param inputs name, type and shape of each input, as {@code input: FLOAT[N, 3, 32, 32]}
     * @param output name of the classifier's output
     * @param probabilities whether the model itself ends in a Softmax
     * @param classes number of classes
     * @param parameters number of elements in constant tensors of rank 1 and more
     */
    public record ModelInfo(
            String path,
            String sha256,
            long bytes,
            long opset,
            List<String> inputs,
            String output,
            boolean probabilities,
            int classes,
            long parameters) {
        public ModelInfo {
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * The images.
     *
     * @param evaluation where the evaluation images come from
     * @param evaluationImages how many
     * @param evaluationSha256 digest of their pixels and labels
     * @param calibration where the calibration images come from
     * @param calibrationImages how many
     * @param preprocessing how pixels become the model's input, in words
     * @param classNames names of the classes; empty when unknown
     * @param trigger the known trigger, or null
     */
    public record DataInfo(
            String evaluation,
            int evaluationImages,
            String evaluationSha256,
            String calibration,
            int calibrationImages,
            String preprocessing,
            List<String> classNames,
            @Nullable String trigger) {
        public DataInfo {
            classNames = List.copyOf(classNames);
        }
    }

    /**
     * Where the audit ran.
     *
     * @param onnxruntime version of ONNX Runtime
     * @param java version of the JVM
     * @param os operating system
     * @param cpu processor
     * @param isa instruction sets that matter to integer kernels
     * @param threads threads of a session
     */
    public record Environment(String onnxruntime, String java, String os, String cpu, List<String> isa, int threads) {
        public Environment {
            isa = List.copyOf(isa);
        }
    }

    /**
     * The conclusion.
     *
     * @param decision of the audit as a whole; never NOT_APPLICABLE
     * @param headline what the defenses say of the float model and of what is deployed, in words; null where one of both
     *     was not judged
     * @param reasons in words, most important first
     * @param exitCode what the command line returns
     * @param failOn findings of this severity or more made the audit fail
     */
    public record Verdict(
            Decision decision, @Nullable String headline, List<String> reasons, int exitCode, Severity failOn) {
        public Verdict {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * One deployment.
     *
     * @param id {@code scheme/provider/optimization}
     * @param scheme how the artifact was made
     * @param provider {@code cpu}, {@code cuda} or {@code tensorrt}
     * @param optimization ONNX Runtime's optimization level
     * @param options further session options that differ from the default, in words
     * @param artifact the bytes that ran, or null when they could not be made
     * @param error why there are no measurements: exit code and last lines of a task that died, or why the scheme does
     *     not apply; null when all went well
     * @param skips nodes that the scheme left as they were, each with its reason
     * @param kernels which kernels ran
     * @param fidelity distance from the FP32 model
     * @param gradient health of the gradient, once a gradient defense asked for it
     * @param saturation whether integer kernels could saturate on a CPU without VNNI
     * @param defenses what each defense found
     * @param controls what each defense found on copies with a planted backdoor; empty where none were asked for
     */
    public record Deployment(
            String id,
            String scheme,
            String provider,
            String optimization,
            List<String> options,
            @Nullable Artifact artifact,
            @Nullable String error,
            List<Skip> skips,
            @Nullable KernelEvidence kernels,
            @Nullable Fidelity fidelity,
            @Nullable Gradient gradient,
            @Nullable Saturation saturation,
            List<DefenseResult> defenses,
            List<Control> controls) {
        public Deployment {
            options = List.copyOf(options);
            skips = List.copyOf(skips);
            defenses = List.copyOf(defenses);
            controls = List.copyOf(controls);
        }

        Deployment withoutTiming() {
            KernelEvidence untimed = kernels == null ? null : kernels.withoutTiming();
            return with(error, untimed, fidelity, gradient, saturation, defenses);
        }

        /** The same beside a control, which judges the silence of the defenses. */
        Deployment with(Control control) {
            return new Deployment(
                    id,
                    scheme,
                    provider,
                    optimization,
                    options,
                    artifact,
                    error,
                    skips,
                    kernels,
                    fidelity,
                    gradient,
                    saturation,
                    defenses.stream().map(control::judge).toList(),
                    List.of(control));
        }

        Deployment withError(String why) {
            return with(why, kernels, fidelity, gradient, saturation, defenses);
        }

        Deployment with(
                @Nullable String newError,
                @Nullable KernelEvidence newKernels,
                @Nullable Fidelity newFidelity,
                @Nullable Gradient newGradient,
                @Nullable Saturation newSaturation,
                List<DefenseResult> newDefenses) {
            return new Deployment(
                    id,
                    scheme,
                    provider,
                    optimization,
                    options,
                    artifact,
                    newError,
                    skips,
                    newKernels,
                    newFidelity,
                    newGradient,
                    newSaturation,
                    newDefenses,
                    controls);
        }
    }

    /** An artifact's file, relative to the result, or absolute where it is the user's own; its digest and size. */
    public record Artifact(String path, String sha256, long bytes) {}

    /**
     * Health of a gradient: see DESIGN.md, law 4.
     *
     * @param estimator {@code exact}, {@code straight-through} or {@code finite-difference}
     * @param bitIdentical whether a session with gradients gave the artifact's scores bit for bit; null where there was none
     * @param obstacle why the graph was not differentiated, or its gradients not used; null if they were
     * @param zeroShare share of gradient elements that are exactly 0
     * @param notFinite number of them that are NaN or infinite
     * @param cosineToFiniteDifference cosine to central differences of the deployed loss; NaN where gradient and
     *     differences are 0
     * @param signAgreement share of directions in which both have the same sign; NaN likewise
     * @param defect why the gradient cannot be trusted; null if it can
     */
    public record Gradient(
            String estimator,
            @Nullable Boolean bitIdentical,
            @Nullable String obstacle,
            double zeroShare,
            long notFinite,
            double cosineToFiniteDifference,
            double signAgreement,
            @Nullable String defect) {
        static Gradient of(DeployedGradient measured) {
            GradientHealth health = measured.health();
            return new Gradient(
                    measured.estimator().id(),
                    measured.bitIdentical(),
                    measured.obstacle(),
                    health.zeroShare(),
                    health.notFinite(),
                    health.cosine(),
                    health.signAgreement(),
                    health.defect());
        }
    }

    /** A trigger inverted on one deployment and tried on another. */
    public record Transfer(
            String from, String to, @JsonProperty("class") int targetClass, double attackSuccessRate) {}

    /**
     * Wall time.
     *
     * @param started ISO 8601 instant
     * @param seconds of the whole audit
     * @param tasks seconds of each task
     */
    public record Timing(String started, double seconds, Map<String, Double> tasks) {
        /** No wall time. */
        public static final Timing NONE = new Timing("1970-01-01T00:00:00Z", 0, Map.of());

        public Timing {
            tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
        }

        /** Seconds that measuring a deployment took, its defenses included; 0 where it was not measured. */
        public double secondsOf(Deployment deployment) {
            return tasks.getOrDefault(MeasureTask.id(deployment), 0.0);
        }
    }
}
