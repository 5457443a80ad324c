package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.Probe;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizedGradientsTest {
    /** The operators that are tested here, in several shapes each. */
    static final Set<String> OPERATORS = Set.of(
            "QuantizeLinear",
            "com.microsoft.QuantizeLinear",
            "DequantizeLinear",
            "com.microsoft.DequantizeLinear",
            "DynamicQuantizeLinear",
            "com.microsoft.MatMulNBits",
            "Sign");

    private static final Node DEQUANTIZE = Node.of("DequantizeLinear", List.of("q", "s", "z"), "y");

    /** A graph from {@code x} to {@code y} with a scale {@code s} of 1/2. */
    private record Net(List<Node> nodes, Map<String, Tensor> constants) {
        static Net of(Node... nodes) {
            return new Net(List.of(nodes), new LinkedHashMap<>(Map.of("s", Tensor.scalar(0.5f))));
        }

        Net with(String name, Tensor tensor) {
            constants.put(name, tensor);
            return this;
        }

        Net zeroPoint(DataType type, int value) {
            byte[] bytes = {(byte) value, (byte) (value >> 8)};
            int size = Math.toIntExact(type.bytesFor(1).orElseThrow());
            return with("z", Tensor.of(type, new long[0], size == 2 ? bytes : new byte[] {bytes[0]}));
        }

        Model model() {
            Graph graph = new Graph(
                    "net",
                    List.of(Value.of("x", DataType.FLOAT, null)),
                    List.of(new Value("y", null, null, Bytes.EMPTY)),
                    List.of(),
                    nodes,
                    constants);
            return new Model(10, Map.of(Node.ONNX, 21L, Node.MICROSOFT, 1L), graph, List.of(), Bytes.EMPTY);
        }

        Differentiation differentiated(Tensor x) {
            Model seeded = model().withGraph(model().graph()
                    .edit()
                    .addInput(Value.of("u", DataType.FLOAT, null))
                    .commit());
            Forward forward = Forward.of(
                    seeded, Probe.observe(model(), "net", batch -> Map.of("x", batch == 2 ? x : zeros(x))), "net");
            return Differentiation.of(forward, Map.of("y", "u"), List.of("x"));
        }

        private static Tensor zeros(Tensor like) {
            return Tensor.ofFloats(like.dims(), new float[Math.toIntExact(like.size())]);
        }

        /** The gradient at a row of numbers; every gradient of {@code y} is 1. */
        float[] gradient(float... values) {
            return gradient(Tensor.ofFloats(new long[] {1, values.length}, values));
        }

        float[] gradient(Tensor x) {
            Differentiation backward = differentiated(x);
            String name = Objects.requireNonNull(backward.gradients().get("x"));
            Tensor y = run(model(), Map.of("x", x), "y");
            float[] ones = new float[Math.toIntExact(y.size())];
            Arrays.fill(ones, 1);
            return run(backward.model(), Map.of("x", x, "u", Tensor.ofFloats(y.dims(), ones)), name)
                    .floats();
        }

        static Tensor run(Model model, Map<String, Tensor> feeds, String output) {
            SessionSpec spec = SessionSpec.cpu(1).at(Optimization.BASIC);
            try (Session session = Session.open(OnnxWriter.toBytes(model), "net", spec)) {
                return Objects.requireNonNull(
                        session.run(feeds, List.of(output)).get(output));
            }
        }

        List<String> backwardOps(float... values) {
            return differentiated(Tensor.ofFloats(new long[] {1, values.length}, values))
                    .model()
                    .graph()
                    .nodes()
                    .stream()
                    .filter(node -> node.output().startsWith("gradient/"))
                    .map(Node::op)
                    .toList();
        }
    }

    private static Node quantize(String from, String to) {
        return Node.of("QuantizeLinear", List.of(from, "s", "z"), to);
    }

    @ParameterizedTest
    @CsvSource({"UINT8, 100, -50, 77.5", "INT8, 3, -65.5, 62", "INT16, 0, -16384, 16383.5"})
    void stopsAtTheLimitsOfEachType(DataType type, int zeroPoint, float lowest, float highest) {
        assertThat(Net.of(quantize("x", "q"), DEQUANTIZE)
                        .zeroPoint(type, zeroPoint)
                        .gradient(lowest - 1, lowest, lowest + 0.5f, 0, highest - 0.5f, highest, highest + 1))
                .containsExactly(0, 0, 1, 1, 1, 0, 0);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void tensorsOfEachShape(long[] dims) {
        int size = Math.toIntExact(Tensor.elements(dims));
        Net own = Net.of(quantize("x", "q"), DEQUANTIZE).zeroPoint(DataType.UINT8, 100);
        Net microsofts = Net.of(quantize("x", "q").inDomain(Node.MICROSOFT), DEQUANTIZE.inDomain(Node.MICROSOFT))
                .zeroPoint(DataType.UINT8, 100);
        for (Net net : List.of(own, microsofts, Net.of(Node.of("Sign", List.of("x"), "y")))) {
            assertThat(net.gradient(filled(0.5f, dims))).hasSize(size).containsOnly(1);
            assertThat(net.gradient(filled(100, dims))).hasSize(size).containsOnly(0);
        }
        Net dynamic = Net.of(
                Node.of("DynamicQuantizeLinear", List.of("x"), "q", "t", "z"),
                Node.of("DequantizeLinear", List.of("q", "t", "z"), "y"));
        assertThat(dynamic.gradient(filled(100, dims))).hasSize(size).containsOnly(1);
    }

    static Stream<long[]> shapes() {
        return Stream.of(new long[0], new long[] {5}, new long[] {2, 1, 3}, new long[] {1, 2, 3, 5});
    }

    private static Tensor filled(float value, long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elements(dims))];
        Arrays.fill(values, value);
        return Tensor.ofFloats(dims, values);
    }

    @Test
    void anotherScaleStretchesTheGradient() {
        Net net = Net.of(quantize("x", "q"), Node.of("DequantizeLinear", List.of("q", "t", "z"), "y"));
        assertThat(net.zeroPoint(DataType.UINT8, 100)
                        .with("t", Tensor.scalar(2))
                        .gradient(0, 1))
                .containsExactly(4, 4);
    }

    @Test
    void anotherScaleForEachChannelStretchesTheGradient() {
        Node each = Node.of("DequantizeLinear", List.of("q", "t", "zt"), "y").with("axis", Attribute.of(1));
        assertThat(Net.of(quantize("x", "q"), each)
                        .zeroPoint(DataType.UINT8, 100)
                        .with("t", Tensor.ofFloats(new long[] {2}, 1, 3))
                        .with("zt", Tensor.of(DataType.UINT8, new long[] {2}, new byte[] {100, 100}))
                        .gradient(0, 1))
                .containsExactly(2, 6);
    }

    @Test
    void aScaleForEachChannelStopsAtItsOwnLimits() {
        Node quantize = Node.of("QuantizeLinear", List.of("x", "t", "zt"), "q").with("axis", Attribute.of(1));
        Node dequantize =
                Node.of("DequantizeLinear", List.of("q", "t", "zt"), "y").with("axis", Attribute.of(1));
        Net net = Net.of(quantize, dequantize)
                .with("t", Tensor.ofFloats(new long[] {4}, 0.5f, 2, 0.5f, 2))
                .with("zt", Tensor.of(DataType.UINT8, new long[] {4}, new byte[] {100, 100, 0, 0}));
        assertThat(net.gradient(-60, -60, -60, 60)).containsExactly(0, 1, 0, 1);
        assertThat(net.gradient(100, 100, 100, 600)).containsExactly(0, 1, 1, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -3})
    void scalesForEachChannelOfMaps(int axis) {
        Node quantize = Node.of("QuantizeLinear", List.of("x", "t", "zt"), "q").with("axis", Attribute.of(axis));
        Node dequantize =
                Node.of("DequantizeLinear", List.of("q", "t2", "zt"), "y").with("axis", Attribute.of(axis));
        Net net = Net.of(quantize, dequantize)
                .with("t", Tensor.ofFloats(new long[] {2}, 0.5f, 2))
                .with("t2", Tensor.ofFloats(new long[] {2}, 1, 6))
                .with("zt", Tensor.of(DataType.UINT8, new long[] {2}, new byte[] {100, 100}));
        Tensor x = Tensor.ofFloats(new long[] {1, 2, 1, 3}, -60, 0, 60, -60, 0, 400);
        assertThat(net.gradient(x)).containsExactly(0, 2, 2, 3, 3, 0);
    }

    @Test
    void aScaleForEachBlockStopsAtItsOwnLimits() {
        Node quantize = byBlock(Node.of("QuantizeLinear", List.of("x", "t", "zt"), "q"));
        Net net = Net.of(quantize, byBlock(Node.of("DequantizeLinear", List.of("q", "t", "zt"), "y")))
                .with("t", Tensor.ofFloats(new long[] {1, 2}, 0.5f, 2))
                .with("zt", Tensor.of(DataType.UINT8, new long[] {1, 2}, new byte[] {100, 100}));
        assertThat(net.gradient(-60, 0, -60, 400)).containsExactly(0, 1, 1, 0);
    }

    @Test
    void otherScalesForEachBlockHaveNoGradient() {
        Net net = Net.of(quantize("x", "q"), byBlock(Node.of("DequantizeLinear", List.of("q", "t", "zt"), "y")))
                .zeroPoint(DataType.UINT8, 100)
                .with("t", Tensor.ofFloats(new long[] {1, 2}, 0.5f, 2))
                .with("zt", Tensor.of(DataType.UINT8, new long[] {1, 2}, new byte[] {100, 100}));
        assertThatThrownBy(() -> net.gradient(1, 2, 3, 4))
                .isInstanceOf(UnsupportedOpException.class)
                .hasMessageContaining("scales by block");
    }

    private static Node byBlock(Node node) {
        return node.with("axis", Attribute.of(1)).with("block_size", Attribute.of(2));
    }

    @Test
    void microsoftsOwnAreTheSame() {
        assertThat(Net.of(quantize("x", "q").inDomain(Node.MICROSOFT), DEQUANTIZE.inDomain(Node.MICROSOFT))
                        .zeroPoint(DataType.UINT8, 10)
                        .gradient(-6, 0, 200))
                .containsExactly(0, 1, 0);
    }

    @Test
    void reluAndLowerLimitAreOneMask() {
        Net net = Net.of(Node.of("Relu", List.of("x"), "r"), quantize("r", "q"), DEQUANTIZE);
        assertThat(net.zeroPoint(DataType.UINT8, 0).gradient(-1, 0, 1, 127.5f, 200))
                .containsExactly(0, 0, 1, 0, 0);
        assertThat(net.backwardOps(-1, 0, 1)).filteredOn("Mul"::equals).hasSize(1);
    }

    @Test
    void reluKeepsItsMaskAboveTheLowerLimit() {
        Net net = Net.of(Node.of("Relu", List.of("x"), "r"), quantize("r", "q"), DEQUANTIZE);
        assertThat(net.zeroPoint(DataType.INT8, 0).gradient(-70, -1, 0, 1, 63.5f, 200))
                .containsExactly(0, 0, 0, 1, 0, 0);
        assertThat(net.zeroPoint(DataType.UINT8, 5).gradient(-1, 0, 1, 125, 200))
                .containsExactly(0, 0, 1, 0, 0);
    }

    @Test
    void whatWasQuantizedAlreadyAndOnlyMovedIsNotMaskedAgain() {
        Net net = Net.of(
                        quantize("x", "p"),
                        Node.of("DequantizeLinear", List.of("p", "s", "z"), "d"),
                        Node.of("Transpose", List.of("d"), "t"),
                        quantize("t", "q"),
                        DEQUANTIZE)
                .zeroPoint(DataType.UINT8, 100);
        assertThat(net.gradient(-60, 0, 200)).containsExactly(0, 1, 0);
        assertThat(net.backwardOps(0)).filteredOn("Mul"::equals).hasSize(1);
    }

    @Test
    void integersThatAreMovedKeepTheirUnit() {
        Net net = Net.of(
                quantize("x", "p"),
                Node.of("MaxPool", List.of("w"), "m").with("kernel_shape", Attribute.ofLongs(2)),
                Node.of("Unsqueeze", List.of("p", "axis"), "w"),
                Node.of("Squeeze", List.of("m", "axis"), "q"),
                DEQUANTIZE);
        assertThat(net.zeroPoint(DataType.UINT8, 100)
                        .with("axis", Tensor.vector(0))
                        .gradient(1, 3, 2))
                .containsExactly(0, 2, 0);
    }

    @Test
    void integersThatAreRepeatedOrChosenKeepTheirUnit() {
        Net net = Net.of(
                quantize("x", "p"),
                Node.of("Tile", List.of("p", "twice"), "t"),
                Node.of("Expand", List.of("t", "rows"), "e"),
                Node.of("ReduceMax", List.of("e", "columns"), "q"),
                DEQUANTIZE);
        assertThat(net.zeroPoint(DataType.UINT8, 100)
                        .with("twice", Tensor.vector(1, 2))
                        .with("rows", Tensor.vector(3, 6))
                        .with("columns", Tensor.vector(1))
                        .gradient(1, 3, 2))
                .containsExactly(0, 3, 0);
    }

    @Test
    void integersThatAreSplitKeepTheirUnit() {
        Net net = Net.of(
                quantize("x", "p"),
                Node.of("Split", List.of("p", "sizes"), "left", "right").with("axis", Attribute.of(1)),
                Node.of("Concat", List.of("right", "right"), "q").with("axis", Attribute.of(1)),
                DEQUANTIZE);
        assertThat(net.zeroPoint(DataType.UINT8, 100)
                        .with("sizes", Tensor.vector(1, 2))
                        .gradient(1, 3, 2))
                .containsExactly(0, 2, 2);
    }

    @Test
    void integersThatAreGatheredKeepTheirUnit() {
        Net net = Net.of(
                quantize("x", "p"),
                Node.of("GatherElements", List.of("p", "order"), "g").with("axis", Attribute.of(1)),
                Node.of("ReduceMin", List.of("g", "columns"), "q"),
                DEQUANTIZE);
        assertThat(net.zeroPoint(DataType.UINT8, 100)
                        .with("order", Tensor.vector(1, 2, 1).reshape(1, 3))
                        .with("columns", Tensor.vector(1))
                        .gradient(1, 3, 2))
                .containsExactly(0, 0, 1);
    }

    @Test
    void whatIsOnlySummedIsNotMasked() {
        Net net = Net.of(
                        quantize("x", "p"),
                        Node.of("DequantizeLinear", List.of("p", "s", "z"), "d"),
                        Node.of("Add", List.of("d", "c"), "sum"),
                        quantize("sum", "q"),
                        DEQUANTIZE)
                .zeroPoint(DataType.UINT8, 100)
                .with("c", Tensor.scalar(-1));
        assertThat(net.gradient(-60, 0, 79)).containsExactly(0, 1, 1);
    }

    @Test
    void dynamicQuantizationClipsNothing() {
        Net net = Net.of(
                Node.of("DynamicQuantizeLinear", List.of("x"), "q", "t", "z"),
                Node.of("DequantizeLinear", List.of("q", "t", "z"), "y"));
        assertThat(net.gradient(-1, 0, 3)).containsExactly(1, 1, 1);
    }

    @Test
    void dynamicScalesAreTakenAsTheyAre() {
        Net net = Net.of(
                Node.of("DynamicQuantizeLinear", List.of("x"), "q", "t", "z"),
                Node.of("Cast", List.of("q"), "f").with("to", Attribute.of(DataType.FLOAT.code())),
                Node.of("Mul", List.of("f", "t"), "y"));
        float[] gradient = net.gradient(-1, 0, 3);
        for (float each : gradient) {
            assertThat(each).isCloseTo(1, Offset.offset(1e-6f));
        }
    }

    @Test
    void castsToIntegersPassGradients() {
        Net net = Net.of(
                Node.of("Cast", List.of("x"), "i").with("to", Attribute.of(DataType.INT32.code())),
                Node.of("Cast", List.of("i"), "y").with("to", Attribute.of(DataType.FLOAT.code())));
        assertThat(net.gradient(-1.4f, 2.6f)).containsExactly(1, 1);
    }

    @ParameterizedTest
    @CsvSource({"DOUBLE", "FLOAT16"})
    void castsBetweenFloatsPassGradients(DataType through) {
        Net net = Net.of(
                Node.of("Cast", List.of("x"), "d").with("to", Attribute.of(through.code())),
                Node.of("Cast", List.of("d"), "y").with("to", Attribute.of(DataType.FLOAT.code())));
        assertThat(net.gradient(-1.4f, 2.6f)).containsExactly(1, 1);
    }

    @Test
    void castsToConditionsHaveNoGradient() {
        Net net = Net.of(
                Node.of("Cast", List.of("x"), "b").with("to", Attribute.of(DataType.BOOL.code())),
                Node.of("Cast", List.of("b"), "y").with("to", Attribute.of(DataType.FLOAT.code())));
        assertThatThrownBy(() -> net.gradient(1, 2))
                .isInstanceOf(UnsupportedOpException.class)
                .hasMessageContaining("condition");
    }

    @Test
    void signPassesGradientsNearZero() {
        assertThat(Net.of(Node.of("Sign", List.of("x"), "y")).gradient(-1.5f, -1, 0, 0.5f, 2))
                .containsExactly(0, 1, 1, 1, 0);
    }

    @Test
    void theSignOfASignIsMaskedOnce() {
        Net net = Net.of(
                Node.of("Sign", List.of("x"), "a"),
                Node.of("Add", List.of("a", "c"), "b"),
                Node.of("Sign", List.of("b"), "y"));
        assertThat(net.with("c", Tensor.scalar(0.1f)).gradient(-1.5f, -0.5f, 0.5f))
                .containsExactly(0, 1, 1);
    }

    /** Weights of 4 bits, {@code [N, K]} in blocks, against what the kernel makes of unit vectors. */
    @ParameterizedTest
    @CsvSource({
        "20, 2, 16, false, 1",
        "20, 2, 16, true, 1",
        "33, 3, 32, true, 2 1",
        "16, 1, 16, true, 3",
        "70, 5, 32, false, 2 3"
    })
    void fourBitWeightsAreThoseOfTheKernel(int inner, int outputs, int block, boolean zeroPoints, String rows) {
        SplittableRandom random = new SplittableRandom(3);
        int blocks = (inner + block - 1) / block;
        float[] scales = new float[outputs * blocks];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) random.nextDouble(-0.4, 0.4);
        }
        List<String> inputs = zeroPoints ? List.of("x", "w", "scales", "zeros") : List.of("x", "w", "scales");
        Node product = Node.of("MatMulNBits", inputs, "y")
                .inDomain(Node.MICROSOFT)
                .with("K", Attribute.of(inner))
                .with("N", Attribute.of(outputs))
                .with("bits", Attribute.of(4))
                .with("block_size", Attribute.of(block));
        Net net = Net.of(product)
                .with("w", bytes(random, outputs, blocks, block / 2))
                .with("scales", Tensor.ofFloats(new long[] {scales.length}, scales));
        if (zeroPoints) {
            net.with("zeros", bytes(random, outputs, (blocks + 1) / 2));
        }
        float[] identity = new float[inner * inner];
        for (int i = 0; i < inner; i++) {
            identity[(inner + 1) * i] = 1;
        }
        Tensor unitVectors = Tensor.ofFloats(new long[] {inner, inner}, identity);
        float[] weights = Net.run(net.model(), Map.of("x", unitVectors), "y").floats();
        long[] batch = Stream.of(rows.split(" ")).mapToLong(Long::parseLong).toArray();
        float[] gradient = net.gradient(filled(
                0, LongStream.concat(LongStream.of(batch), LongStream.of(inner)).toArray()));
        assertThat(gradient).hasSize(inner * Math.toIntExact(Tensor.elements(batch)));
        for (int i = 0; i < gradient.length; i++) {
            double expected = 0;
            for (int n = 0; n < outputs; n++) {
                expected += weights[i % inner * outputs + n];
            }
            assertThat(gradient[i]).isCloseTo((float) expected, Offset.offset(1e-5f));
        }
    }

    private static Tensor bytes(SplittableRandom random, long... dims) {
        byte[] bytes = new byte[Math.toIntExact(Tensor.elements(dims))];
        random.nextBytes(bytes);
        return Tensor.of(DataType.UINT8, dims, bytes);
    }
}
