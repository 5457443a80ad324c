package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.NetBuilder;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Convolutions that a quantizer wrote as several nodes have the gradient of one convolution. */
class LoweredProductsTest {
    private static final int HEIGHT = 9;
    private static final int WIDTH = 14;
    private static final long[] IMAGES = {2, 3, HEIGHT, WIDTH};

    private final SplittableRandom random = new SplittableRandom(3);

    /** How the first convolution moves. */
    private enum Movement {
        PADDED(3, node -> node.with("pads", Attribute.ofLongs(1, 1, 1, 1))),
        STRIDED(3, node -> node.with("strides", Attribute.ofLongs(2, 3)).with("pads", Attribute.ofLongs(1, 0, 1, 1))),
        DILATED(3, node -> node.with("dilations", Attribute.ofLongs(2, 3))),
        PIXELS(1, UnaryOperator.identity()),
        STRIDED_PIXELS(1, node -> node.with("strides", Attribute.ofLongs(2, 2))),
        SAME(4, node -> node.with("auto_pad", Attribute.of("SAME_UPPER")).with("strides", Attribute.ofLongs(2, 2)));

        private final int kernel;
        private final UnaryOperator<Node> attributes;

        Movement(int kernel, UnaryOperator<Node> attributes) {
            this.kernel = kernel;
            this.attributes = attributes;
        }

        /** Two convolutions, with nothing between images and logits that is not linear. */
        Model net() {
            NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"), Dim.of(3), Dim.of(HEIGHT), Dim.of(WIDTH));
            String first = net.conv("first", NetBuilder.IMAGES, 3, 8, kernel, attributes);
            return net.build(net.head(net.conv("second", first, 8, 16), 16));
        }
    }

    /** Activations stay float: scores are linear in the images, up to rounding of floats. */
    @ParameterizedTest
    @EnumSource(Movement.class)
    void fourBitProductsOfPatches(Movement movement) {
        ImageClassifier artifact = quantized(movement, Scheme.INT4_KERNEL);
        Pullback pullback = Pullback.of(artifact, "net");
        assertThat(backwardOps(pullback)).contains("Conv").doesNotContain("Gather", "ScatterND");
        Tensor x = random(IMAGES);
        Tensor step = random(IMAGES);
        Tensor u = random(2, NetBuilder.CLASSES);
        float[] gradient = gradient(pullback, x, u);
        double expected = dot(u.floats(), scores(artifact, sum(x, step))) - dot(u.floats(), scores(artifact, x));
        assertThat(dot(gradient, step.floats())).isCloseTo(expected, Offset.offset(1e-4));
    }

    /** The gradient does not depend on activations, and that of 8-bit weights is near that of the float ones. */
    @ParameterizedTest
    @EnumSource(Movement.class)
    void dynamicallyQuantizedProducts(Movement movement) {
        Pullback pullback = Pullback.of(quantized(movement, Scheme.INT8_DYNAMIC), "net");
        assertThat(backwardOps(pullback)).contains("Conv").doesNotContain("ReduceMax", "Cast", "Div");
        Tensor x = random(IMAGES);
        Tensor u = random(2, NetBuilder.CLASSES);
        float[] gradient = gradient(pullback, x, u);
        float[] reference = gradient(Pullback.of(classifier(movement.net()), "net"), x, u);
        double difference = 0;
        for (int i = 0; i < gradient.length; i++) {
            difference += Math.pow(gradient[i] - reference[i], 2);
        }
        assertThat(Math.sqrt(difference / dot(reference, reference))).isLessThan(0.02);
    }

    private static List<String> backwardOps(Pullback pullback) {
        return pullback.model().graph().nodes().stream()
                .filter(node -> node.output().startsWith("gradient/"))
                .map(Node::op)
                .toList();
    }

    private static ImageClassifier classifier(Model model) {
        return ImageClassifier.of(model, "net", ImageClassifier.Hints.NONE);
    }

    private ImageClassifier quantized(Movement movement, Scheme scheme) {
        ImageClassifier classifier = classifier(movement.net());
        byte[] pixels = new byte[4 * 3 * HEIGHT * WIDTH];
        random.nextBytes(pixels);
        ImageSet images = ImageSet.of(HEIGHT, WIDTH, pixels, new int[4], List.of());
        ImageSource calibration = ImageSource.of(images, Preprocessing.DEFAULT, DataType.FLOAT);
        return classifier(Quantizer.quantize(classifier, scheme, QuantConfig.DEFAULTS, calibration, 1)
                .model());
    }

    private Tensor random(long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elements(dims))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return Tensor.ofFloats(dims, values);
    }

    private static Tensor sum(Tensor a, Tensor b) {
        float[] values = a.floats();
        float[] more = b.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] += more[i];
        }
        return Tensor.ofFloats(a.dims(), values);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static float[] scores(ImageClassifier classifier, Tensor x) {
        return run(classifier.model(), Map.of(NetBuilder.IMAGES, x), NetBuilder.LOGITS);
    }

    private static float[] gradient(Pullback pullback, Tensor x, Tensor u) {
        return run(pullback.model(), Map.of(NetBuilder.IMAGES, x, pullback.weights(), u), pullback.gradient());
    }

    private static float[] run(Model model, Map<String, Tensor> feeds, String output) {
        try (Session session = Session.open(OnnxWriter.toBytes(model), "net", SessionSpec.cpu(1))) {
            return Objects.requireNonNull(session.run(feeds, List.of(output)).get(output))
                    .floats();
        }
    }
}
