package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.quant.BlockWeights.Blocked;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The runtime reads every layout of 4-bit blocks as {@link BlockWeights#dequantized()} says. */
class BlockWeightsTest {
    private static final int ROWS = 5;

    static Stream<Arguments> cases() {
        return Stream.of(16, 32, 64, 128, 256).flatMap(block -> Stream.of(true, false)
                .flatMap(symmetric ->
                        Stream.of(block, block + 7, 2 * block + 1, 9).map(k -> Arguments.of(block, symmetric, k))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void blocksAlongTheFirstAxis(int block, boolean symmetric, int inner) {
        BlockWeights weights = weights(block, symmetric, inner);
        float[] read = dequantize(weights.alongFirstAxis(), 0, block, inner, ROWS);
        assertThat(Matrices.transposed(read, inner, ROWS)).containsExactly(weights.dequantized());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void blocksAlongTheSecondAxis(int block, boolean symmetric, int inner) {
        BlockWeights weights = weights(block, symmetric, inner);
        assertThat(dequantize(weights.alongSecondAxis(), 1, block, ROWS, inner)).containsExactly(weights.dequantized());
    }

    /** Multiplied with the identity, the product is the weights themselves. */
    @ParameterizedTest
    @MethodSource("cases")
    void blocksForTheKernel(int block, boolean symmetric, int inner) {
        BlockWeights weights = weights(block, symmetric, inner);
        Blocked blocked = weights.forMatMulNBits();
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("levels", blocked.weights());
        constants.put("scales", blocked.scales());
        constants.put("zeros", blocked.zeroPoints());
        Node product = Node.of("MatMulNBits", List.of("x", "levels", "scales", "zeros"), "y")
                .inDomain(Node.MICROSOFT)
                .with("K", Attribute.of(inner))
                .with("N", Attribute.of(ROWS))
                .with("bits", Attribute.of(4))
                .with("block_size", Attribute.of(block));
        float[] identity = new float[inner * inner];
        for (int i = 0; i < inner; i++) {
            identity[i * inner + i] = 1;
        }
        Tensor x = Tensor.ofFloats(new long[] {inner, inner}, identity);
        float[] read = run(product, constants, Map.of("x", x));
        float[] expected = weights.dequantized();
        for (int i = 0; i < expected.length; i++) {
            // A sum with zeros in it has no negative zero.
            expected[i] += 0f;
        }
        assertThat(Matrices.transposed(read, inner, ROWS)).containsExactly(expected);
    }

    @Test
    void oppositeWeightsStayOpposite() {
        float[] values = new float[16];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 2 == 0 ? 0.35f : -0.35f;
        }
        QuantConfig config = new QuantConfig(Calibrator.MINMAX, Rounding.NEAREST, 16, true);
        assertThat(BlockWeights.of(values, 1, config).dequantized()).containsExactly(values);
    }

    @Test
    void searchedScalesAreNeverWorse() {
        float[] values = random(ROWS * 100);
        for (boolean symmetric : List.of(true, false)) {
            assertThat(error(values, symmetric, Rounding.MSE))
                    .isLessThanOrEqualTo(error(values, symmetric, Rounding.NEAREST));
        }
    }

    private static double error(float[] values, boolean symmetric, Rounding rounding) {
        QuantConfig config = new QuantConfig(Calibrator.MINMAX, rounding, 32, symmetric);
        float[] read = BlockWeights.of(values, ROWS, config).dequantized();
        double error = 0;
        for (int i = 0; i < values.length; i++) {
            error += Math.pow(values[i] - read[i], 2);
        }
        return error;
    }

    private static BlockWeights weights(int block, boolean symmetric, int inner) {
        QuantConfig config = new QuantConfig(Calibrator.MINMAX, Rounding.NEAREST, block, symmetric);
        return BlockWeights.of(random(ROWS * inner), ROWS, config);
    }

    private static float[] random(int count) {
        SplittableRandom random = new SplittableRandom(3);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] dequantize(Blocked blocked, int axis, int block, long... dims) {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("levels", blocked.weights());
        constants.put("scales", blocked.scales());
        constants.put("zeros", blocked.zeroPoints());
        Node node = Node.of("DequantizeLinear", List.of("levels", "scales", "zeros"), "y")
                .with("axis", Attribute.of(axis))
                .with("block_size", Attribute.of(block));
        assertThat(blocked.weights().dims()).containsExactly(dims);
        return run(node, constants, Map.of());
    }

    private static float[] run(Node node, Map<String, Tensor> constants, Map<String, Tensor> feeds) {
        List<Value> inputs = new ArrayList<>();
        feeds.forEach((name, tensor) -> inputs.add(Value.of(name, tensor.type(), Shape.of(tensor.dims()))));
        Graph graph = new Graph(
                "blocks", inputs, List.of(Value.of("y", DataType.FLOAT, null)), List.of(), List.of(node), constants);
        Model model = new Model(10, Map.of("", 21L, Node.MICROSOFT, 1L), graph, List.of(), Bytes.EMPTY);
        SessionSpec spec = SessionSpec.cpu(1).at(Optimization.NONE);
        try (Session session = Session.open(OnnxWriter.toBytes(model), "blocks", spec)) {
            return Objects.requireNonNull(session.run(feeds, List.of("y")).get("y"))
                    .floats();
        }
    }
}
