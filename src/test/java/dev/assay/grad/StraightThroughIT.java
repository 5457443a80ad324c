package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.SharedModels;
import dev.assay.SharedModels.Entry;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.Binding;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.OptimizedGraph;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is differentiated is what is deployed: with backward nodes beside it an artifact gives the same scores to the last
 * bit, and its straight-through gradient tells where the scores go.
 */
class StraightThroughIT {
    private static final int CALIBRATION_IMAGES = 64;
    private static final int BATCH = 16;
    private static final SessionSpec SPEC = SessionSpec.cpu(2);
    private static final Pattern INTEGER_KERNEL =
            Pattern.compile("QLinear.*|QGemm|.*Integer.*|DynamicQuantize.*|.*NBits");

    /**
     * Where a second reader of an s8 tensor costs the forward integer kernels, since ONNX Runtime makes s8 to u8 on x86 only
     * where a QuantizeLinear has one reader (measured): a product of two activations and a MaxPool behind a convolution need
     * the values themselves.
     */
    private static final Set<String> DIFFERENT = Set.of(
            "cifar10_vnn_vit_ibp_3_3_8.onnx int8-symmetric", "gtsrb_badnet_yellow_square_target1.onnx int8-symmetric");

    /** Likewise, for a Sign; but convolutions of ones give the same scores in float, to the last bit. */
    private static final Set<String> OTHER_KERNELS = Set.of("gtsrb_bnn_48x48.onnx int8-symmetric");

    @BeforeEach
    void needsModels() {
        SharedModels.assumeThere();
    }

    private static Stream<Entry> entries() {
        return Files.isDirectory(SharedModels.DATA)
                ? Stream.concat(SharedModels.zoo().stream(), SharedModels.published().stream())
                : Stream.empty();
    }

    private static boolean isQuantized(Entry entry) {
        return Quantizer.isQuantized(OnnxReader.read(entry.path()).graph());
    }

    static Stream<Arguments> foreignArtifacts() {
        return entries().filter(StraightThroughIT::isQuantized).map(entry -> Arguments.of(entry, Scheme.FP32));
    }

    static Stream<Arguments> backdoored() {
        return entries()
                .filter(entry -> entry.toString().equals("cifar10_badnets_s0.onnx"))
                .flatMap(entry -> Arrays.stream(Scheme.values()).map(scheme -> Arguments.of(entry, scheme)));
    }

    static Stream<Arguments> others() {
        return entries()
                .filter(entry -> !isQuantized(entry) && !entry.toString().equals("cifar10_badnets_s0.onnx"))
                .flatMap(entry -> Arrays.stream(Scheme.values())
                        .filter(scheme -> !differ(entry, scheme))
                        .map(scheme -> Arguments.of(entry, scheme)));
    }

    static Stream<Arguments> different() {
        return entries().flatMap(entry -> Arrays.stream(Scheme.values())
                .filter(scheme -> differ(entry, scheme))
                .map(scheme -> Arguments.of(entry, scheme)));
    }

    private static boolean differ(Entry entry, Scheme scheme) {
        return DIFFERENT.contains(entry + " " + scheme.id());
    }

    @ParameterizedTest(name = "{0} {1}", allowZeroInvocations = true)
    @MethodSource({"backdoored", "foreignArtifacts"})
    void scoresStayAsTheyAre(Entry entry, Scheme scheme) {
        check(entry, scheme);
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0} {1}", allowZeroInvocations = true)
    @MethodSource("others")
    void scoresOfAllStayAsTheyAre(Entry entry, Scheme scheme) {
        check(entry, scheme);
    }

    /** The gradient is had from the untouched artifact then, and what is recorded says why. */
    @Tag("slow")
    @ParameterizedTest(name = "{0} {1}", allowZeroInvocations = true)
    @MethodSource("different")
    void differencesAreTakenWhereScoresDoNotStay(Entry entry, Scheme scheme, @TempDir Path folder) {
        try (Deployment deployment = Deployment.of(entry, scheme)) {
            Path file = folder.resolve("artifact.onnx");
            OnnxWriter.write(deployment.artifact.model(), file);
            ClassifierPorts ports = deployment.artifact.ports();
            Deployed deployed = new Deployed(
                    file,
                    deployment.artifact,
                    SPEC,
                    entry.preprocessing(),
                    SharedModels.testImages(entry.dataset())
                            .slice(0, CALIBRATION_IMAGES)
                            .resized(ports.height(), ports.width()));

            DeployedGradient gradient = DeployedGradient.of(deployed, 1);

            assertThat(gradient.estimator()).isEqualTo(Estimator.FINITE_DIFFERENCE);
            assertThat(gradient.bitIdentical()).isFalse();
            assertThat(gradient.obstacle()).contains("not bit for bit the artifact's");
            try (TriggerLoss loss = gradient.open(deployed, 4, BATCH, 1)) {
                assertThat(loss.estimator()).isEqualTo(Estimator.FINITE_DIFFERENCE);
            }
        }
    }

    private static void check(Entry entry, Scheme scheme) {
        try (Deployment deployment = Deployment.of(entry, scheme)) {
            float[] images = deployment.images(BATCH);
            float[] gradient = deployment.gradient(images, weights(deployment));
            assertThat(deployment.jointScores()).isEqualTo(deployment.scores(images));
            if (!isQuantized(entry) && !OTHER_KERNELS.contains(entry + " " + scheme.id())) {
                Map<String, Long> beside = deployment.integerKernelsBesideGradient();
                deployment.integerKernels().forEach((op, count) -> assertThat(beside.getOrDefault(op, 0L))
                        .as(op)
                        .isGreaterThanOrEqualTo(count));
            }
            double largest = 0;
            for (float value : gradient) {
                assertThat(value).isFinite();
                largest = Math.max(largest, Math.abs(value));
            }
            assertThat(largest).isPositive();
        }
    }

    /** One weight for each score, the same for all images. */
    private static float[] weights(Deployment deployment) {
        SplittableRandom random = new SplittableRandom(5);
        int classes = deployment.artifact.ports().classes();
        float[] weights = new float[deployment.batch * classes];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i < classes ? (float) random.nextGaussian() : weights[i - classes];
        }
        return weights;
    }

    @Test
    void pointsWhereTheFloatModelsGradientPoints() {
        Entry entry = SharedModels.zoo().get(1);
        try (Deployment real = Deployment.of(entry, Scheme.FP32)) {
            float[] images = real.images(BATCH);
            float[] expected = real.gradient(images, weights(real));
            for (Scheme scheme : List.of(Scheme.INT8_STATIC, Scheme.INT8_QOPERATOR, Scheme.INT8_DYNAMIC)) {
                try (Deployment deployment = Deployment.of(entry, scheme)) {
                    float[] gradient = deployment.gradient(images, weights(deployment));
                    assertThat(cosine(gradient, expected)).as(scheme.id()).isGreaterThan(0.8);
                }
            }
        }
    }

    /** Along smooth directions, with steps that move activations by several levels. */
    @Test
    void foretellsHowTheDeployedScoresMove() {
        try (Deployment deployment = Deployment.of(SharedModels.zoo().get(1), Scheme.INT8_STATIC)) {
            float[] images = deployment.images(BATCH);
            float[] weights = weights(deployment);
            float[] gradient = deployment.gradient(images, weights);
            int directions = 24;
            float[] foretold = new float[directions];
            float[] seen = new float[directions];
            for (int i = 0; i < directions; i++) {
                float[] direction = smooth(images.length, i);
                foretold[i] = dot(gradient, direction);
                float step = 0.02f;
                float ahead = dot(weights, deployment.scores(moved(images, direction, step)));
                float behind = dot(weights, deployment.scores(moved(images, direction, -step)));
                seen[i] = (ahead - behind) / (2 * step);
            }
            assertThat(cosine(foretold, seen)).isGreaterThan(0.9);
        }
    }

    /** Each 8×8 patch of each channel, in all images alike, moves by a random amount from -1 to 1. */
    private static float[] smooth(int length, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] patches = new float[3 * 16];
        for (int i = 0; i < patches.length; i++) {
            patches[i] = (float) random.nextDouble(-1, 1);
        }
        float[] direction = new float[length];
        for (int i = 0; i < length; i++) {
            int channel = i / 1024 % 3;
            direction[i] = patches[channel * 16 + i / 256 % 4 * 4 + i / 8 % 4];
        }
        return direction;
    }

    private static float[] moved(float[] images, float[] direction, float step) {
        float[] moved = images.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step * direction[i];
        }
        return moved;
    }

    private static float dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return (float) sum;
    }

    private static double cosine(float[] a, float[] b) {
        return dot(a, b) / Math.sqrt((double) dot(a, a) * dot(b, b));
    }

    /** An artifact beside its pullback, both in sessions at full optimization. */
    private static final class Deployment implements AutoCloseable {
        final ImageClassifier artifact;
        final int batch;
        private final ImageSource source;
        private final Session aloneSession;
        private final Session jointSession;
        private final Binding alone;
        private final Binding joint;
        private final Pullback pullback;

        private Deployment(ImageClassifier artifact, ImageSource source) {
            this.artifact = artifact;
            this.source = source;
            this.pullback = Pullback.of(artifact, "artifact");
            ClassifierPorts ports = artifact.ports();
            this.batch = ports.batch(BATCH);
            long[] in = ports.inputShape(batch);
            long[] out = artifact.observation().of(ports.output()).orElseThrow().shapeAt(batch);
            this.aloneSession = Session.open(OnnxWriter.toBytes(artifact.model()), "artifact", SPEC);
            this.jointSession = Session.open(OnnxWriter.toBytes(pullback.model()), "pullback", SPEC);
            this.alone = aloneSession.bind(Map.of(ports.input(), in), Map.of(ports.output(), out));
            this.joint = jointSession.bind(
                    Map.of(ports.input(), in, pullback.weights(), out),
                    Map.of(ports.output(), out, pullback.gradient(), in));
        }

        static Deployment of(Entry entry, Scheme scheme) {
            ImageClassifier model =
                    ImageClassifier.of(OnnxReader.read(entry.path()), entry.toString(), ImageClassifier.Hints.NONE);
            String dataset = entry.dataset().startsWith("vww") ? "cifar10" : entry.dataset();
            ImageSource images = SharedModels.source(
                    SharedModels.testImages(dataset).slice(0, CALIBRATION_IMAGES),
                    entry.preprocessing(),
                    model.ports());
            Model artifact = Quantizer.quantize(model, scheme, QuantConfig.DEFAULTS, images, 2)
                    .model();
            ClassifierPorts ports = model.ports();
            return new Deployment(
                    ImageClassifier.of(
                            artifact,
                            entry.toString(),
                            new ImageClassifier.Hints(ports.layout(), ports.height(), ports.width())),
                    images);
        }

        float[] images(int wanted) {
            int count = artifact.ports().batch(wanted);
            int elements = Math.toIntExact(Tensor.elements(artifact.ports().inputShape(count)));
            source.fill(0, count, alone.buffer(artifact.ports().input()));
            return floats(alone, artifact.ports().input(), elements);
        }

        float[] scores(float[] images) {
            alone.buffer(artifact.ports().input()).asFloatBuffer().put(images);
            alone.run();
            return floats(
                    alone, artifact.ports().output(), batch * artifact.ports().classes());
        }

        float[] gradient(float[] images, float[] weights) {
            joint.buffer(artifact.ports().input()).asFloatBuffer().put(images);
            joint.buffer(pullback.weights()).asFloatBuffer().put(weights);
            joint.run();
            return floats(joint, pullback.gradient(), images.length);
        }

        /** How often each operator that computes with integers is executed. */
        Map<String, Long> integerKernels() {
            return integerKernels(artifact.model());
        }

        Map<String, Long> integerKernelsBesideGradient() {
            return integerKernels(pullback.model());
        }

        private static Map<String, Long> integerKernels(Model model) {
            return OptimizedGraph.of(OnnxWriter.toBytes(model), "model", SPEC).orElseThrow().nodes().stream()
                    .map(Node::op)
                    .filter(op -> INTEGER_KERNEL.matcher(op).matches())
                    .collect(Collectors.groupingBy(op -> op, TreeMap::new, Collectors.counting()));
        }

        /** Of the images that a gradient was last computed for. */
        float[] jointScores() {
            return floats(
                    joint, artifact.ports().output(), batch * artifact.ports().classes());
        }

        private static float[] floats(Binding binding, String name, int count) {
            FloatBuffer buffer = binding.buffer(name).asFloatBuffer();
            float[] values = new float[count];
            buffer.get(values);
            return values;
        }

        @Override
        public void close() {
            alone.close();
            joint.close();
            aloneSession.close();
            jointSession.close();
        }
    }
}
