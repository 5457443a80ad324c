package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.NetBuilder;
import dev.assay.ir.Attribute;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullbackTest {
    private static final long[] IMAGES = {2, 3, 16, 16};

    private final SplittableRandom random = new SplittableRandom(5);

    /** Operators that newer opsets no longer have are differentiated as what became of them: the net is linear. */
    @ParameterizedTest
    @CsvSource({"nearest, 2, 3", "nearest, 1, 2", "linear, 2, 2", "linear, 1, 3"})
    void upsampleOfOpset9(String mode, float down, float across) {
        Pullback pullback = Pullback.of(
                ImageClassifier.of(upsampling(mode, down, across), "net", ImageClassifier.Hints.NONE), "net");
        Tensor x = random(IMAGES);
        Tensor step = random(IMAGES);
        Tensor u = random(2, NetBuilder.CLASSES);
        double moved = dot(u, run(pullback, plus(x, step), u, NetBuilder.LOGITS));
        double before = dot(u, run(pullback, x, u, NetBuilder.LOGITS));
        assertThat(dot(step, run(pullback, x, u, pullback.gradient())))
                .isCloseTo(moved - before, Offset.offset(1e-4 * (1 + Math.abs(moved - before))));
    }

    /** The second convolution weighs the edges less, so that the enlarged pixels do not all count alike. */
    private static Model upsampling(String mode, float down, float across) {
        NetBuilder net = NetBuilder.onImages().opset(9);
        String first = net.conv("first", NetBuilder.IMAGES, 3, 4);
        String scales = net.constant("scales", Tensor.ofFloats(new long[] {4}, 1, 1, down, across));
        String enlarged = net.op("enlarged", "Upsample", List.of(first, scales), "mode", Attribute.of(mode));
        return net.build(net.head(net.conv("second", enlarged, 4, 6), 6));
    }

    private Tensor random(long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elements(dims))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return Tensor.ofFloats(dims, values);
    }

    private static Tensor plus(Tensor a, Tensor b) {
        float[] values = a.floats();
        float[] more = b.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] += more[i];
        }
        return Tensor.ofFloats(a.dims(), values);
    }

    private static double dot(Tensor a, Tensor b) {
        float[] left = a.floats();
        float[] right = b.floats();
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += (double) left[i] * right[i];
        }
        return sum;
    }

    private static Tensor run(Pullback pullback, Tensor x, Tensor u, String output) {
        try (Session session = Session.open(OnnxWriter.toBytes(pullback.model()), "net", SessionSpec.cpu(1))) {
            return Objects.requireNonNull(
                    session.run(Map.of(NetBuilder.IMAGES, x, pullback.weights(), u), List.of(output))
                            .get(output));
        }
    }
}
