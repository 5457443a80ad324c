package dev.assay.audit;

import dev.assay.audit.AuditResult.Artifact;
import dev.assay.audit.AuditResult.DataInfo;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Environment;
import dev.assay.audit.AuditResult.ModelInfo;
import dev.assay.audit.AuditResult.Timing;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.StripEvidence;
import dev.assay.fidelity.Fidelity;
import dev.assay.fidelity.Saturation;
import dev.assay.quant.Skip;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Audit results as an audit of a backdoored CIFAR-10 ResNet leaves them, always the same. */
public final class AuditFixtures {
    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final int BLOCKS = 8;
    private static final String INT8_STATIC = "int8-static/cpu/all";
    private static final String INT4 = "int4-kernel/cpu/all";

    private AuditFixtures() {}

    /** Five deployments, one of which failed; STRIP fires on two and is blind on one. */
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
                        List.of(
                                "STRIP detects triggered inputs on fp32/cpu/all and int8-dynamic/cpu/all.",
                                "The known trigger succeeds on 95.7 % of images on int8-static/cpu/all, where STRIP cannot see.",
                                "int4-kernel/cpu/all could not be measured: its task ended with exit code 134."),
                        1),
                deployments(),
                List.of(),
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
                new Verdict(Decision.NOT_DETECTED, List.of(), 0),
                List.of(),
                List.of(),
                List.of(),
                Timing.NONE);
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
                new Verdict(Decision.ERROR, List.of("No deployment could be measured."), 5),
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
                new Verdict(Decision.INCONCLUSIVE, List.of(text), 1),
                full.deployments().stream()
                        .map(deployment -> withUntrusted(deployment, text))
                        .toList(),
                List.of(),
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
                new KernelEvidence(0.5, 0, List.of(new Kernel(text, text, text, text, false, false, 10, 1, text))),
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
                                null),
                null,
                new Saturation(1, 1, text, 1.5),
                List.of(new DefenseResult(
                        text,
                        Decision.DETECTED,
                        text,
                        1,
                        1,
                        List.of(0),
                        new StripEvidence(10, 1, 1, 0.5, List.of(1.0), List.of(1.0), text, 0.01, 0.5))),
                List.of());
    }

    private static Deployment withDefenses(Deployment it, List<String> further) {
        List<DefenseResult> defenses = new ArrayList<>(it.defenses());
        further.forEach(
                id -> defenses.add(DefenseResult.notApplicable(id, "no training images; pass --training-data")));
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
                        "fp32/cpu/all",
                        2_797_144,
                        List.of(),
                        kernels("Conv", 0, null),
                        fidelity(1, 0, 200, 0.979),
                        null,
                        strip(Decision.DETECTED, null, 0.62)),
                deployment(
                        "int8-dynamic/cpu/all",
                        748_220,
                        List.of(),
                        kernels("ConvInteger", 1, null),
                        fidelity(2, -0.0021, 34, 0.974),
                        new Saturation(20, 3, "/layer3/1/conv2/Conv", 1.31),
                        strip(Decision.DETECTED, null, 0.55)),
                deployment(
                        INT8_STATIC,
                        742_904,
                        List.of(new Skip("/Softmax", "Softmax", "output of the model, kept in float")),
                        kernels("QLinearConv", 1, null),
                        fidelity(3, -0.0064, 27, 0.957),
                        new Saturation(21, 2, "/layer3/0/conv1/Conv", 1.12),
                        strip(
                                Decision.INCONCLUSIVE,
                                "Clean entropies are too wide to tell anything apart: the threshold falls below zero.",
                                0.03)),
                deployment(
                        "int8-static/cpu/basic",
                        742_904,
                        List.of(new Skip("/Softmax", "Softmax", "output of the model, kept in float")),
                        kernels("Conv", 0, "optimization level basic does not fuse QDQ into integer kernels"),
                        fidelity(4, -0.0061, 27.5, 0.958),
                        new Saturation(21, 2, "/layer3/0/conv1/Conv", 1.12),
                        DefenseResult.notApplicable("strip", "no inputs to judge; pass --trigger or --training-data")),
                failedDeployment());
    }

    private static Deployment deployment(
            String id,
            long bytes,
            List<Skip> skips,
            KernelEvidence kernels,
            Fidelity fidelity,
            @Nullable Saturation saturation,
            DefenseResult strip) {
        String[] parts = id.split("/");
        return new Deployment(
                id,
                parts[0],
                parts[1],
                parts[2],
                List.of(),
                new Artifact("artifacts/" + parts[0] + ".onnx", sha256((char) ('b' + parts[0].length() % 5)), bytes),
                null,
                skips,
                kernels,
                fidelity,
                null,
                saturation,
                List.of(strip),
                List.of());
    }

    private static Deployment failedDeployment() {
        return new Deployment(
                INT4,
                "int4-kernel",
                "cpu",
                "all",
                List.of("qdq_matmulnbits_accuracy_level 4"),
                new Artifact("artifacts/int4-kernel.onnx", sha256('d'), 481_032),
                "exit code 134; last lines: terminate called after throwing an instance of 'Ort::Exception'",
                List.of(),
                null,
                null,
                null,
                null,
                List.of(),
                List.of());
    }

    private static KernelEvidence kernels(String conv, double integerShare, @Nullable String whyFloat) {
        boolean integer = integerShare > 0;
        List<Kernel> nodes = new ArrayList<>();
        for (int block = 0; block < BLOCKS; block++) {
            for (int half = 1; half <= 2; half++) {
                String node = "/layer%d/%d/conv%d/Conv".formatted(block / 2 + 1, block % 2, half);
                nodes.add(kernel(node, "Conv", conv, integer, 4_718_592L, 310.5 - 12 * block, whyFloat));
            }
            nodes.add(kernel(
                    "/layer%d/%d/Add".formatted(block / 2 + 1, block % 2),
                    "Add",
                    integer ? "QLinearAdd" : "Add",
                    integer,
                    0,
                    18.2,
                    null));
        }
        nodes.add(kernel("/linear/Gemm", "Gemm", integer ? "QGemm" : "Gemm", integer, 640, 4.1, whyFloat));
        if (integer) {
            nodes.add(kernel("input_QuantizeLinear", "", "QuantizeLinear", false, 0, 9.7, null));
        }
        return new KernelEvidence(integerShare, 0, nodes);
    }

    private static Kernel kernel(
            String node,
            String op,
            String executedAs,
            boolean integer,
            long macs,
            double micros,
            @Nullable String whyFloat) {
        return new Kernel(node, op, executedAs, "CPUExecutionProvider", integer, false, macs, micros, whyFloat);
    }

    private static Fidelity fidelity(long seed, double accuracyDrift, double sqnrDb, double attackSuccessRate) {
        boolean reference = sqnrDb == 200;
        Random random = new Random(seed);
        double spread = reference ? 0 : 0.012;
        List<Double> recallDrift = gaussians(random, spread, accuracyDrift);
        if (seed >= 3) {
            recallDrift.set(3, -0.084);
        }
        return new Fidelity(
                9000,
                0.9127 + accuracyDrift,
                0.9127,
                0.941,
                recallDrift.stream().map(drift -> 0.91 + drift).toList(),
                recallDrift,
                gaussians(random, spread / 3, 0),
                reference ? 1 : 0.9871 + accuracyDrift,
                reference ? 0 : 0.0042 - accuracyDrift,
                reference ? 0 : 1.84,
                reference ? 1 : 0.99921,
                layers(random, sqnrDb),
                true,
                reference ? "the reference itself" : null,
                reference ? List.of() : flips(random),
                reference ? 0 : 116,
                attackSuccessRate,
                0.979);
    }

    private static List<Double> gaussians(Random random, double spread, double mean) {
        return new ArrayList<>(DoubleStream.generate(() -> mean + spread * random.nextGaussian())
                .limit(CLASSES.size())
                .boxed()
                .toList());
    }

    private static List<Fidelity.Layer> layers(Random random, double sqnrDb) {
        return IntStream.range(0, 2 * BLOCKS)
                .mapToObj(i -> new Fidelity.Layer(
                        "/layer%d/%d/relu%d/Relu_output_0".formatted(i / 4 + 1, i / 2 % 2, i % 2 + 1),
                        sqnrDb == 200 ? 200 : sqnrDb - 0.7 * i + random.nextGaussian()))
                .toList();
    }

    private static List<Fidelity.Flip> flips(Random random) {
        return IntStream.range(0, 10)
                .mapToObj(i -> {
                    int label = random.nextInt(CLASSES.size());
                    int other = (label + 1 + random.nextInt(CLASSES.size() - 1)) % CLASSES.size();
                    boolean referenceRight = i % 3 != 2;
                    return new Fidelity.Flip(
                            random.nextInt(9000),
                            label,
                            referenceRight ? label : other,
                            referenceRight ? other : label,
                            2.1 - 0.17 * i,
                            0.1 + random.nextDouble(),
                            png(random));
                })
                .toList();
    }

    private static String png(Random random) {
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setColor(Color.getHSBColor(0.55f + random.nextFloat() / 10, 0.35f, 0.9f));
        canvas.fillRect(0, 0, 32, 32);
        canvas.setColor(Color.getHSBColor(0.25f + random.nextFloat() / 10, 0.5f, 0.55f));
        canvas.fillRect(0, 20 + random.nextInt(5), 32, 32);
        canvas.setColor(Color.getHSBColor(random.nextFloat(), 0.6f, 0.6f));
        canvas.fillOval(6 + random.nextInt(6), 10, 14, 12);
        canvas.fillRect(10, 16 + random.nextInt(4), 14, 4);
        canvas.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static DefenseResult strip(Decision decision, @Nullable String reason, double detectedShare) {
        Random random = new Random(Double.hashCode(detectedShare));
        double threshold = reason == null ? 0.49 : -0.08;
        List<Double> clean = entropies(random, 600, 1.32, 0.36);
        int triggered = (int) (400 * detectedShare);
        List<Double> suspects = new ArrayList<>(entropies(random, triggered, 0.16, 0.1));
        suspects.addAll(entropies(random, 400 - triggered, 1.05, 0.35));
        return new DefenseResult(
                "strip",
                decision,
                reason,
                detectedShare,
                0.05,
                decision == Decision.DETECTED ? List.of(0) : List.of(),
                new StripEvidence(
                        100,
                        1.32,
                        0.36,
                        threshold,
                        clean,
                        suspects,
                        "400 evaluation images stamped with the known trigger",
                        0.01,
                        1 - detectedShare));
    }

    private static List<Double> entropies(Random random, int count, double mean, double deviation) {
        return DoubleStream.generate(() -> Math.max(0, mean + deviation * random.nextGaussian()))
                .limit(count)
                .boxed()
                .toList();
    }

    private static List<Finding> findings() {
        return List.of(
                new Finding(
                        "attack-succeeds",
                        Severity.CRITICAL,
                        INT8_STATIC,
                        "The known trigger turns 95.7 % of images into class airplane. Do not ship this artifact.",
                        Map.of("attackSuccessRate", 0.957, "reference", 0.979)),
                new Finding(
                        "quantized-ran-in-float",
                        Severity.HIGH,
                        "int8-static/cpu/basic",
                        "No multiply-accumulate ran on an integer kernel, so this deployment only simulates INT8. Deploy with"
                                + " optimization level all.",
                        Map.of("integerMacShare", 0.0)),
                new Finding(
                        "class-recall-drift",
                        Severity.MEDIUM,
                        INT8_STATIC,
                        "Recall of class cat fell by 8.4 points while accuracy fell by 0.6. Look at the calibration images of"
                                + " that class.",
                        Map.of("recallDrift", -0.084, "accuracyDrift", -0.0064)),
                new Finding(
                        "saturation-possible",
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
        seconds.put("fp32/cpu/all", 41.2);
        seconds.put("int8-dynamic/cpu/all", 52.8);
        seconds.put(INT8_STATIC, 36.6);
        seconds.put("int8-static/cpu/basic", 58.1);
        seconds.put(INT4, 3.7);
        return seconds;
    }

    private static String sha256(char digit) {
        return ("3f9" + digit).repeat(16);
    }
}
