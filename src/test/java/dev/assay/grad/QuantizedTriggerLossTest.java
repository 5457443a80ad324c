package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.NetBuilder;
import dev.assay.data.Preprocessing.ChannelOrder;
import dev.assay.data.Trigger;
import dev.assay.ir.DataType;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import dev.assay.runtime.Session;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of a quantized deployment to mask and pattern, against the chain rule from its gradient to its input. */
class QuantizedTriggerLossTest {
    private static final int IMAGES = 40;
    private static final int IMAGES_PER_SLOT = 8;
    private static final int PLANE = TriggerCase.PLANE;

    /** So few that other images reach beyond the calibrated limits. */
    private static final int CALIBRATION_IMAGES = 2;

    private final Path folder;

    QuantizedTriggerLossTest(@TempDir Path folder) {
        this.folder = folder;
    }

    static Stream<Arguments> cases() {
        TriggerCase plain = TriggerCase.of("plain").slots(2);
        TriggerCase normalized = TriggerCase.of("BGR, mean and std")
                .slots(2)
                .with(p -> p.withOrder("bgr").withMean("0.1,0.4,0.7").withStd("0.2,0.3,0.5"));
        return Stream.of(Scheme.INT8_STATIC, Scheme.INT8_QOPERATOR, Scheme.INT8_DYNAMIC)
                .flatMap(scheme -> Stream.of(Arguments.of(scheme, plain), Arguments.of(scheme, normalized)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsFollowFromThoseOfTheInput(Scheme scheme, TriggerCase each) {
        Deployed deployed = quantized(each.deployed(folder, IMAGES), scheme);
        Pullback pullback = Pullback.of(deployed.model(), each.name());
        try (GraphTriggerLoss loss = GraphTriggerLoss.open(deployed, each.slots(), IMAGES_PER_SLOT);
                Session session = Session.open(OnnxWriter.toBytes(pullback.model()), each.name(), deployed.spec())) {
            assertThat(loss.isBitIdentical()).isTrue();
            assertThat(loss.estimator()).isEqualTo(Estimator.STRAIGHT_THROUGH);
            TriggerBatch batch = TriggerCase.batch(loss, IMAGES, 1);
            loss.evaluate(batch);
            ByHand byHand = new ByHand(deployed, pullback, session);
            for (int slot = 0; slot < batch.slots(); slot++) {
                byHand.check(batch, slot);
            }
        }
    }

    private static Deployed quantized(Deployed real, Scheme scheme) {
        ImageSource calibration =
                ImageSource.of(real.images().slice(0, CALIBRATION_IMAGES), real.preprocessing(), DataType.FLOAT);
        Model artifact = Quantizer.quantize(real.model(), scheme, QuantConfig.DEFAULTS, calibration, 1)
                .model();
        OnnxWriter.write(artifact, real.artifact());
        ImageClassifier model = ImageClassifier.of(artifact, scheme.id(), ImageClassifier.Hints.NONE);
        return new Deployed(real.artifact(), model, real.spec(), real.preprocessing(), real.images());
    }

    /** The gradients in plain Java, but for that of weighted scores to the artifact's input. */
    private record ByHand(Deployed deployed, Pullback pullback, Session session) {
        void check(TriggerBatch batch, int slot) {
            float[] mask = of(batch.masks(), slot, PLANE);
            float[] pattern = of(batch.patterns(), slot, 3 * PLANE);
            int[] numbers = Arrays.copyOfRange(batch.images(), slot * IMAGES_PER_SLOT, (slot + 1) * IMAGES_PER_SLOT);
            float[] toInput = toInput(stamped(numbers, mask, pattern), batch.targets()[slot]);
            double[] toMask = new double[PLANE];
            double[] toPattern = new double[3 * PLANE];
            for (int image = 0; image < numbers.length; image++) {
                ByteBuffer levels = deployed.images().image(numbers[image]);
                for (int input = 0; input < 3; input++) {
                    int channel = deployed.preprocessing().order() == ChannelOrder.BGR ? 2 - input : input;
                    double std = deployed.preprocessing().std().get(input);
                    for (int pixel = 0; pixel < PLANE; pixel++) {
                        int at = channel * PLANE + pixel;
                        double toStamped = toInput[(3 * image + input) * PLANE + pixel] / std;
                        toMask[pixel] += toStamped * (pattern[at] - (levels.get(at) & 0xFF) / 255.0);
                        toPattern[at] += toStamped * mask[pixel];
                    }
                }
            }
            assertIsNear(of(batch.maskGradients(), slot, PLANE), toMask);
            assertIsNear(of(batch.patternGradients(), slot, 3 * PLANE), toPattern);
        }

        private static float[] of(float[] values, int slot, int length) {
            return Arrays.copyOfRange(values, slot * length, (slot + 1) * length);
        }

        private Tensor stamped(int[] numbers, float[] mask, float[] pattern) {
            Trigger trigger = Trigger.of(0, TriggerCase.HEIGHT, TriggerCase.WIDTH, mask, pattern);
            long[] dims = deployed.model().ports().inputShape(numbers.length);
            ByteBuffer input = ByteBuffer.allocate(Math.toIntExact(Tensor.elements(dims)) * Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN);
            ImageSource.of(deployed.images().subset(numbers), deployed.preprocessing(), DataType.FLOAT, trigger)
                    .fill(0, numbers.length, input);
            return Tensor.of(DataType.FLOAT, dims, input.array());
        }

        /** {@code [N, 3, H, W]}: the pullback of (softmax − target) / N. */
        private float[] toInput(Tensor input, int target) {
            int images = Math.toIntExact(input.dim(0));
            int classes = NetBuilder.CLASSES;
            float[] values = run(
                    input, new float[images * classes], deployed.model().ports().output());
            Scores scores = Scores.of(values, deployed.model().ports(), "scores");
            float[] toScores = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                double probability = Math.exp(scores.logProbabilities(i / classes)[i % classes]);
                toScores[i] = (float) ((probability - (i % classes == target ? 1 : 0)) / images);
            }
            return run(input, toScores, pullback.gradient());
        }

        private float[] run(Tensor input, float[] weights, String output) {
            long[] dims = {input.dim(0), NetBuilder.CLASSES};
            Map<String, Tensor> feeds =
                    Map.of(deployed.model().ports().input(), input, pullback.weights(), Tensor.ofFloats(dims, weights));
            return Objects.requireNonNull(session.run(feeds, List.of(output)).get(output))
                    .floats();
        }

        private static void assertIsNear(float[] actual, double[] expected) {
            double size = 0;
            double difference = 0;
            for (int i = 0; i < expected.length; i++) {
                size += expected[i] * expected[i];
                difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            }
            assertThat(size).isPositive();
            assertThat(Math.sqrt(difference / size)).isLessThan(1e-3);
        }
    }
}
