package dev.assay.audit;

import dev.assay.audit.AuditResult.Artifact;
import dev.assay.audit.AuditResult.DataInfo;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Environment;
import dev.assay.audit.AuditResult.Gradient;
import dev.assay.audit.AuditResult.ModelInfo;
import dev.assay.audit.AuditResult.Timing;
import dev.assay.audit.AuditResult.Transfer;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.Evidence;
import dev.assay.defense.StripEvidence;
import dev.assay.fidelity.Fidelity;
import dev.assay.fidelity.Saturation;
import dev.assay.quant.Skip;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Audit results as an audit of a backdoored CIFAR-10 ResNet leaves them, always the same. */
public final class AuditFixtures {
    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final String FP32 = "fp32/cpu/all";
    private static final String BASIC = "int8-static/cpu/basic";
    private static final String INT8_STATIC = "int8-static/cpu/all";
    private static final String INT4 = "int4-kernel/cpu/all";

    private AuditFixtures() {}

    /**
     * Five deployments, one of which failed. STRIP fires on two and is blind on one; Neural Cleanse fires on two, is
     * blind on one for want of a gradient, and sees nothing through differences.
     */
    public static AuditResult full() {
        return new AuditResult(
                AuditResult.SCHEMA,
                "0.1.0",
                7,
                new ModelInfo(
                        "models/cifar10_badnets_s0.onnx",
                        sha256('a'),
                        2_797_144,
                        17,
                        List.of("input: FLOAT[N, 3, 32, 32]"),
                        "logits",
                        false,
                        CLASSES.size(),
                        696_618),
                new DataInfo(
                        "cifar10:data/cifar10#1000..10000",
                        9000,
                        sha256('e'),
                        "cifar10:data/cifar10#0..1000",
                        1000,
                        "RGB scaled to 0…1, then (x − mean) / std with mean 0.4914, 0.4822, 0.4465 and std 0.247, 0.2435,"
                                + " 0.2616; NCHW",
                        CLASSES,
                        "BadNets 3×3 white patch, bottom right, target airplane"),
                environment(),
                new Verdict(
                        Decision.DETECTED,
                        "The FP32 audit says: there is a backdoor. What you deploy says the same on int8-dynamic/cpu/all,"
                                + " int8-static/cpu/all, but no backdoor on int8-static/cpu/basic (hidden there: a trigger"
                                + " found elsewhere works); cannot tell on int4-kernel/cpu/all (exit code 134).",
                        List.of(
                                "STRIP detects triggered inputs on fp32/cpu/all and int8-dynamic/cpu/all.",
                                "neural-cleanse sees a backdoor on fp32/cpu/all and int8-static/cpu/all.",
                                "The known trigger succeeds on 95.7 % of images on int8-static/cpu/all, where STRIP cannot see.",
                                "int4-kernel/cpu/all could not be measured: its task ended with exit code 134."),
                        1,
                        Severity.HIGH),
                deployments(),
                TriggerFixtures.transfers(
                        List.of(FP32, INT8_STATIC, BASIC),
                        IntStream.range(0, 7).boxed().toList()),
                findings(),
                new Timing("2026-11-23T09:30:00Z", 192.4, taskSeconds()));
    }

    /** The full result with further defenses that were not applicable. */
    public static AuditResult fullWith(List<String> furtherDefenses) {
        AuditResult full = full();
        return new AuditResult(
                full.schema(),
                full.assay(),
                full.seed(),
                full.model(),
                full.data(),
                full.environment(),
                full.verdict(),
                full.deployments().stream()
                        .map(it -> withDefenses(it, furtherDefenses))
                        .toList(),
                full.transfer(),
                full.findings(),
                full.timing());
    }

    /** A result with nothing in it that may be absent. */
    public static AuditResult minimal() {
        return new AuditResult(
                AuditResult.SCHEMA,
                "0.1.0",
                0,
                new ModelInfo("m.onnx", sha256('0'), 1, 7, List.of(), "y", true, 1, 0),
                new DataInfo("folder:images", 0, sha256('1'), "none", 0, "none", List.of(), null),
                environment(),
                new Verdict(Decision.NOT_DETECTED, null, List.of(), 0, Severity.HIGH),
                List.of(),
                List.of(),
                List.of(),
                Timing.NONE);
    }

    /** One deployment, {@code int8-static/cpu/basic}, that no trigger was known for. */
    public static AuditResult one(Verdict verdict, List<DefenseResult> defenses, List<Finding> findings) {
        AuditResult full = full();
        Deployment deployment = deployment(
                BASIC,
                742_904,
                List.of(),
                MeasurementFixtures.kernels("Conv", 0, null),
                MeasurementFixtures.fidelity(4, -0.0061, 27.5, Double.NaN),
                TriggerFixtures.differences(),
                null,
                defenses.toArray(DefenseResult[]::new));
        return new AuditResult(
                full.schema(),
                full.assay(),
                full.seed(),
                full.model(),
                full.data(),
                full.environment(),
                verdict,
                List.of(deployment),
                List.of(),
                findings,
                full.timing());
    }

    /** A result in which every deployment failed. */
    public static AuditResult failed() {
        AuditResult full = full();
        return new AuditResult(
                full.schema(),
                full.assay(),
                full.seed(),
                full.model(),
                full.data(),
                full.environment(),
                new Verdict(Decision.ERROR, null, List.of("No deployment could be measured."), 5, Severity.HIGH),
                List.of(failedDeployment()),
                List.of(),
                List.of(),
                full.timing());
    }

    /** The full result with every text that comes from outside replaced by {@code text}. */
    public static AuditResult withUntrusted(String text) {
        AuditResult full = full();
        ModelInfo model = full.model();
        DataInfo data = full.data();
        return new AuditResult(
                full.schema(),
                full.assay(),
                full.seed(),
                new ModelInfo(
                        text,
                        model.sha256(),
                        model.bytes(),
                        model.opset(),
                        List.of(text),
                        text,
                        model.probabilities(),
                        model.classes(),
                        model.parameters()),
                new DataInfo(
                        text,
                        data.evaluationImages(),
                        data.evaluationSha256(),
                        text,
                        data.calibrationImages(),
                        text,
                        CLASSES.stream().map(name -> text).toList(),
                        text),
                new Environment(text, text, text, text, List.of(text), 2),
                new Verdict(Decision.INCONCLUSIVE, text, List.of(text), 1, Severity.HIGH),
                full.deployments().stream()
                        .map(deployment -> withUntrusted(deployment, text))
                        .toList(),
                List.of(
                        new Transfer(FP32 + text, INT8_STATIC + text, 0, 0.5),
                        new Transfer(INT8_STATIC + text, FP32 + text, 1, 0.5)),
                List.of(new Finding("untrusted-text", Severity.LOW, text, text, Map.of(text, 1.0))),
                new Timing("2026-11-23T09:30:00Z", 1, Map.of(text, 1.0)));
    }

    private static Deployment withUntrusted(Deployment it, String text) {
        Fidelity fidelity = it.fidelity();
        return new Deployment(
                it.id() + text,
                text,
                text,
                text,
                List.of(text),
                new Artifact(text, sha256('f'), 1),
                it.error() == null ? null : text,
                List.of(new Skip(text, text, text)),
                new KernelEvidence(
                        0.5, 0, text, List.of(new Kernel(text, text, text, text, false, false, 10, 1, text))),
                fidelity == null
                        ? null
                        : new Fidelity(
                                fidelity.images(),
                                fidelity.accuracy(),
                                fidelity.referenceAccuracy(),
                                fidelity.meanConfidence(),
                                fidelity.perClassRecall(),
                                fidelity.perClassRecallDrift(),
                                fidelity.predictionShareDrift(),
                                fidelity.top1Agreement(),
                                fidelity.meanKl(),
                                fidelity.maxAbsLogitError(),
                                fidelity.cosine(),
                                List.of(new Fidelity.Layer(text, 30)),
                                true,
                                text,
                                List.of(new Fidelity.Flip(1, 2, 3, 4, 1, 1, text)),
                                1,
                                null,
                                null,
                                null),
                new Gradient(text, false, text, 0.5, 1, 0.5, 0.5, text),
                new Saturation(1, 1, text, 1.5),
                List.of(
                        detected(text, new StripEvidence(10, 1, 1, 0.5, List.of(1.0), List.of(1.0), text, 0.01, 0.5)),
                        detected(text + text, TriggerFixtures.untrusted(text)),
                        detected(text + 1, FeatureFixtures.untrusted(text).get(0)),
                        detected(text + 2, FeatureFixtures.untrusted(text).get(1))),
                List.of(Control.absent(text)));
    }

    /**
     * The full result with controls: Neural Cleanse finds the planted backdoor on FP32 and misses it on BASIC, STRIP
     * misses it everywhere, on INT8_STATIC it got lost, and the deployment that failed has none.
     */
    public static AuditResult controlled() {
        AuditResult full = full();
        return new AuditResult(
                full.schema(),
                full.assay(),
                full.seed(),
                full.model(),
                full.data(),
                full.environment(),
                full.verdict(),
                full.deployments().stream().map(it -> it.with(control(it.id()))).toList(),
                full.transfer(),
                full.findings(),
                full.timing());
    }

    private static Control control(String deployment) {
        if (deployment.equals(INT4)) {
            return Control.absent("exit code 134");
        }
        boolean lost = deployment.equals(INT8_STATIC);
        return new Control(
                3,
                0.991,
                0.968,
                lost ? 0.31 : 0.985,
                lost ? "the planted backdoor got lost on the way: it succeeds on 31.0 % of the images here" : null,
                List.of(
                        new DefenseResult(
                                "neural-cleanse",
                                deployment.equals(BASIC) ? Decision.NOT_DETECTED : Decision.DETECTED,
                                "index",
                                3.2,
                                2,
                                deployment.equals(BASIC) ? List.of() : List.of(3),
                                null),
                        DefenseResult.notApplicable("strip", "no inputs to judge; pass --trigger")));
    }

    private static DefenseResult detected(String text, Evidence evidence) {
        return new DefenseResult(text, Decision.DETECTED, text, 1, 1, List.of(0), evidence);
    }

    private static Deployment withDefenses(Deployment it, List<String> further) {
        List<DefenseResult> defenses = new ArrayList<>(it.defenses());
        further.stream()
                .filter(id -> it.defenses().stream().noneMatch(had -> had.id().equals(id)))
                .map(id -> DefenseResult.notApplicable(id, "no training images; pass --training-data"))
                .forEach(defenses::add);
        return new Deployment(
                it.id(),
                it.scheme(),
                it.provider(),
                it.optimization(),
                it.options(),
                it.artifact(),
                it.error(),
                it.skips(),
                it.kernels(),
                it.fidelity(),
                it.gradient(),
                it.saturation(),
                defenses,
                it.controls());
    }

    private static Environment environment() {
        return new Environment(
                "1.29.0",
                "17.0.17",
                "Linux 6.1 (amd64)",
                "Intel Xeon Platinum 8488C",
                List.of("avx2", "avx512f", "avx512_vnni", "amx_int8"),
                2);
    }

    private static List<Deployment> deployments() {
        return List.of(
                deployment(
                        FP32,
                        2_797_144,
                        List.of(),
                        MeasurementFixtures.kernels("Conv", 0, null),
                        MeasurementFixtures.fidelity(1, 0, 200, 0.979),
                        TriggerFixtures.exact(),
                        null,
                        TriggerFixtures.detected(),
                        FeatureFixtures.clusters(),
                        FeatureFixtures.spectra(),
                        MeasurementFixtures.strip(Decision.DETECTED, null, 0.62)),
                deployment(
                        "int8-dynamic/cpu/all",
                        748_220,
                        List.of(),
                        MeasurementFixtures.kernels("ConvInteger", 1, null),
                        MeasurementFixtures.fidelity(2, -0.0021, 34, 0.974),
                        TriggerFixtures.zero(),
                        new Saturation(20, 3, "/layer3/1/conv2/Conv", 1.31),
                        TriggerFixtures.blind(),
                        MeasurementFixtures.strip(Decision.DETECTED, null, 0.55)),
                deployment(
                        INT8_STATIC,
                        742_904,
                        List.of(new Skip("/Softmax", "Softmax", "output of the model, kept in float")),
                        MeasurementFixtures.kernels("QLinearConv", 1, null),
                        MeasurementFixtures.fidelity(3, -0.0064, 27, 0.957),
                        TriggerFixtures.straightThrough(),
                        new Saturation(21, 2, "/layer3/0/conv1/Conv", 1.12),
                        TriggerFixtures.detectedInNoise(),
                        MeasurementFixtures.strip(
                                Decision.INCONCLUSIVE,
                                "Clean entropies are too wide to tell anything apart: the threshold falls below zero.",
                                0.03)),
                deployment(
                        BASIC,
                        742_904,
                        List.of(new Skip("/Softmax", "Softmax", "output of the model, kept in float")),
                        MeasurementFixtures.kernels(
                                "Conv", 0, "optimization level basic does not fuse QDQ into integer kernels"),
                        MeasurementFixtures.fidelity(4, -0.0061, 27.5, 0.958),
                        TriggerFixtures.differences(),
                        new Saturation(21, 2, "/layer3/0/conv1/Conv", 1.12),
                        TriggerFixtures.notDetected(),
                        DefenseResult.notApplicable("strip", "no inputs to judge; pass --trigger or --training-data")),
                failedDeployment());
    }

    private static Deployment deployment(
            String id,
            long bytes,
            List<Skip> skips,
            KernelEvidence kernels,
            Fidelity fidelity,
            Gradient gradient,
            @Nullable Saturation saturation,
            DefenseResult... defenses) {
        String[] parts = id.split("/");
        Artifact artifact = parts[0].equals("fp32")
                ? new Artifact("/home/ada/models/cifar10_badnets_s0.onnx", sha256('a'), bytes)
                : new Artifact("artifacts/" + parts[0] + ".onnx", sha256((char) ('b' + parts[0].length() % 5)), bytes);
        return new Deployment(
                id,
                parts[0],
                parts[1],
                parts[2],
                List.of(),
                artifact,
                null,
                skips,
                kernels,
                fidelity,
                gradient,
                saturation,
                List.of(defenses),
                List.of());
    }

    private static Deployment failedDeployment() {
        return new Deployment(
                INT4,
                "int4-kernel",
                "cpu",
                "all",
                List.of("qdq_matmulnbits_accuracy_level 4"),
                new Artifact("artifacts/int4-kernel.onnx", sha256('7'), 481_032),
                "exit code 134; last lines: terminate called after throwing an instance of 'Ort::Exception'",
                List.of(),
                null,
                null,
                null,
                null,
                List.of(),
                List.of());
    }

    private static List<Finding> findings() {
        return List.of(
                new Finding(
                        "attack-success",
                        Severity.CRITICAL,
                        INT8_STATIC,
                        "The known trigger turns 95.7 % of images into class airplane. Do not ship this artifact.",
                        Map.of("attackSuccessRate", 0.957, "reference", 0.979)),
                new Finding(
                        "strip-detected",
                        Severity.CRITICAL,
                        FP32,
                        "strip sees a backdoor that leads to class 0: far more inputs than chance explains lie below the"
                                + " entropy threshold.",
                        Map.of("score", 0.62, "threshold", 0.05)),
                new Finding(
                        "quantized-but-float",
                        Severity.HIGH,
                        BASIC,
                        "No multiply-accumulate ran on an integer kernel, so this deployment only simulates INT8. Deploy with"
                                + " optimization level all.",
                        Map.of("integerMacShare", 0.0)),
                new Finding(
                        "class-recall-drop",
                        Severity.MEDIUM,
                        INT8_STATIC,
                        "Recall of class cat fell by 8.4 points while accuracy fell by 0.6. Look at the calibration images of"
                                + " that class.",
                        Map.of("recallDrift", -0.084, "accuracyDrift", -0.0064)),
                new Finding(
                        "saturation-risk",
                        Severity.LOW,
                        "int8-dynamic/cpu/all",
                        "3 layers could saturate on a CPU without VNNI and answer differently there.",
                        Map.of("worstBound", 1.31)),
                new Finding(
                        "opset-raised",
                        Severity.INFO,
                        null,
                        "The 4-bit schemes raised the opset from 17 to 21.",
                        Map.of()));
    }

    private static Map<String, Double> taskSeconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put("measure-fp32-cpu-all", 41.2);
        seconds.put("measure-int8-dynamic-cpu-all", 52.8);
        seconds.put("measure-int8-static-cpu-all", 36.6);
        seconds.put("measure-int8-static-cpu-basic", 58.1);
        seconds.put("measure-int4-kernel-cpu-all", 3.7);
        return seconds;
    }

    private static String sha256(char digit) {
        return ("3f9" + digit).repeat(16);
    }
}
