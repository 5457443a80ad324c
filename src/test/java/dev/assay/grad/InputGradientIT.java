package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.SharedModels;
import dev.assay.data.ImageSet;
import dev.assay.ir.DataType;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import dev.assay.onnx.OpsetConversion;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gradient of a random combination of the logits to a batch of images, for every float model of the shared folder,
 * against central differences along the gradient itself and along random directions.
 *
 * <p>In float a step large enough to rise above rounding crosses kinks: most pixels of a piecewise linear net see some.
 * Along the gradient the two must agree to two percent. Along random directions, where the derivative is a small
 * difference of large terms, the error is measured against the gradient's length.
 */
class InputGradientIT {
    private static final int BATCH = 4;
    /** In units of the images' length. */
    private static final double STEP = 2e-5;

    static Stream<SharedModels.Entry> models() {
        return Files.isDirectory(SharedModels.DATA)
                ? Stream.concat(SharedModels.published().stream(), SharedModels.zoo().stream())
                        .filter(entry -> isFloat(OnnxReader.read(entry.path())))
                : Stream.empty();
    }

    private static boolean isFloat(Model model) {
        Set<String> without = Set.of("QuantizeLinear", "Sign");
        return model.graph().nodes().stream().noneMatch(node -> without.contains(node.op()));
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("models")
    void agreesWithCentralDifferences(SharedModels.Entry entry) {
        assumeTrue(Files.isDirectory(SharedModels.DATA), "needs ../shared/data");
        Joint joint = Joint.of(entry);
        SplittableRandom random = new SplittableRandom(1);
        float[] images = joint.images(entry);
        float[] seed = uniform(joint.scores(), random);
        try (Session session = Session.open(OnnxWriter.toBytes(joint.model()), entry.toString(), SessionSpec.cpu(1))) {
            assertThat(joint.output(session, images, seed))
                    .as("what the artifact itself answers, bit for bit")
                    .isEqualTo(joint.artifactOutput(entry, images));
            float[] gradient = joint.gradient(session, images, seed);
            double length = Math.sqrt(dot(gradient, gradient));
            assertThat(length).isPositive().isFinite();
            double alongGradient = joint.difference(session, images, seed, scaled(gradient, 1 / length));
            assertThat(alongGradient / length).as("along the gradient").isCloseTo(1, within(0.02));
            for (int direction = 0; direction < 3; direction++) {
                float[] v = uniform(images.length, random);
                float[] unit = scaled(v, 1 / Math.sqrt(dot(v, v)));
                double numeric = joint.difference(session, images, seed, unit);
                assertThat((numeric - dot(gradient, unit)) / length)
                        .as("along v")
                        .isCloseTo(0, within(0.01));
            }
        }
    }

    private static float[] uniform(int size, SplittableRandom random) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private static float[] scaled(float[] values, double factor) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) (values[i] * factor);
        }
        return result;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** A classifier with its input gradient beside it. */
    private record Joint(Model model, ClassifierPorts ports, String gradientName, int batch) {
        static Joint of(SharedModels.Entry entry) {
            Model raised = OpsetConversion.raise(OnnxReader.read(entry.path()), Forward.OPSET);
            ImageClassifier classifier = ImageClassifier.of(raised, entry.toString(), ImageClassifier.Hints.NONE);
            ClassifierPorts ports = classifier.ports();
            Model seeded = raised.withGraph(raised.graph()
                    .edit()
                    .addInput(Value.of("seed", DataType.FLOAT, null))
                    .commit());
            Forward forward = Forward.of(seeded, classifier.observation(), entry.toString());
            Differentiation backward =
                    Differentiation.of(forward, Map.of(ports.logits(), "seed"), List.of(ports.input()));
            Model model = backward.model();
            if (!model.graph().isOutput(ports.logits())) {
                model = model.withGraph(model.graph()
                        .edit()
                        .addOutput(Value.of(ports.logits(), DataType.FLOAT, null))
                        .commit());
            }
            int batch = ports.batch(BATCH);
            return new Joint(
                    model, ports, Objects.requireNonNull(backward.gradients().get(ports.input())), batch);
        }

        int scores() {
            return batch * ports.classes();
        }

        float[] images(SharedModels.Entry entry) {
            String dataset = entry.dataset().startsWith("gtsrb") ? "gtsrb" : "cifar10";
            ImageSet images = SharedModels.testImages(dataset);
            ByteBuffer out = ByteBuffer.allocate(
                            Math.toIntExact(Tensor.elements(ports.inputShape(batch))) * Float.BYTES)
                    .order(ByteOrder.nativeOrder());
            SharedModels.source(images, entry.preprocessing().withLayout(layout()), ports)
                    .fill(0, batch, out);
            float[] pixels = new float[out.capacity() / Float.BYTES];
            out.clear().asFloatBuffer().get(pixels);
            return pixels;
        }

        private String layout() {
            return ports.layout().name().toLowerCase(Locale.ROOT);
        }

        private Map<String, Tensor> feeds(float[] images, float[] seed) {
            return Map.of(
                    ports.input(),
                    Tensor.ofFloats(ports.inputShape(batch), images),
                    "seed",
                    Tensor.ofFloats(new long[] {batch, ports.classes()}, seed));
        }

        float[] gradient(Session session, float[] images, float[] seed) {
            return fetched(session, feeds(images, seed), gradientName);
        }

        float[] output(Session session, float[] images, float[] seed) {
            return fetched(session, feeds(images, seed), ports.output());
        }

        float[] artifactOutput(SharedModels.Entry entry, float[] images) {
            try (Session session = Session.open(entry.path(), SessionSpec.cpu(1))) {
                Map<String, Tensor> feeds = Map.of(ports.input(), Tensor.ofFloats(ports.inputShape(batch), images));
                return fetched(session, feeds, ports.output());
            }
        }

        private static float[] fetched(Session session, Map<String, Tensor> feeds, String value) {
            return Objects.requireNonNull(session.run(feeds, List.of(value)).get(value))
                    .floats();
        }

        /** The central difference of the seeded scores along a direction of length 1. */
        double difference(Session session, float[] images, float[] seed, float[] direction) {
            double step = STEP * Math.sqrt(dot(images, images));
            double ahead = score(session, moved(images, direction, step), seed);
            double behind = score(session, moved(images, direction, -step), seed);
            return (ahead - behind) / (2 * step);
        }

        private double score(Session session, float[] images, float[] seed) {
            return dot(fetched(session, feeds(images, seed), ports.logits()), seed);
        }

        private static float[] moved(float[] images, float[] direction, double step) {
            float[] moved = images.clone();
            for (int i = 0; i < moved.length; i++) {
                moved[i] += (float) (step * direction[i]);
            }
            return moved;
        }
    }
}
