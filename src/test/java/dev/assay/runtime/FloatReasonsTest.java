package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.Bench;
import dev.assay.NetBuilder;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For each breaker of fusion: the node really ran in float, and the reason names the breaker. */
class FloatReasonsTest {
    private static final String SUBJECT = "subject";

    private final NetBuilder net = NetBuilder.onImages().opset(21);

    private String parameters(String name, DataType type, int zero) {
        net.constant(name + ".scale", Tensor.scalar(0.02f));
        byte[] bytes = type.bits() == 16 ? new byte[] {(byte) zero, (byte) (zero >> 8)} : new byte[] {(byte) zero};
        net.constant(name + ".zero", Tensor.of(type, new long[0], bytes));
        return name;
    }

    private String quantize(String value, DataType type, int zero) {
        String name = parameters(value + "/q", type, zero);
        return net.op(name, "QuantizeLinear", value, name + ".scale", name + ".zero");
    }

    private String dequantize(String quantized, String output) {
        return net.op(output, "DequantizeLinear", quantized, quantized + ".scale", quantized + ".zero");
    }

    private String roundTrip(String value, DataType type, int zero) {
        return dequantize(quantize(value, type, zero), value + "/dq");
    }

    private String weight(String name, long... dims) {
        byte[] levels = new byte[Math.toIntExact(Tensor.elements(dims))];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) (i * 37 % 101 - 50);
        }
        net.constant(name, Tensor.of(DataType.INT8, dims, levels));
        parameters(name, DataType.INT8, 0);
        return name;
    }

    private String conv(String name, String input, String weight) {
        String dequantized = dequantize(weight, name + ".w");
        return net.node(Node.of("Conv", List.of(input, dequantized), name).with("pads", Attribute.ofLongs(1, 1, 1, 1)));
    }

    private Kernel subject() {
        return subject(Bench.CPU);
    }

    private Kernel subject(SessionSpec spec) {
        Model model = net.build();
        return Bench.of(model).evidence(model, spec).nodes().stream()
                .filter(kernel -> kernel.node().equals(SUBJECT))
                .findFirst()
                .orElseThrow();
    }

    private static void assertFloat(Kernel kernel, String reason) {
        assertThat(kernel.integer()).as("integer: " + kernel).isFalse();
        assertThat(kernel.whyFloat()).contains(reason);
    }

    private static void assertInteger(Kernel kernel) {
        assertThat(kernel.integer()).as("integer: " + kernel).isTrue();
        assertThat(kernel.whyFloat()).isNull();
    }

    private void plain(DataType type, int zero) {
        String x = roundTrip(NetBuilder.IMAGES, type, zero);
        net.head(roundTrip(conv(SUBJECT, x, weight("w", 8, 3, 3, 3)), type, zero), 8);
    }

    @Test
    void plainConvolutionIsInteger() {
        plain(DataType.UINT8, 128);
        assertInteger(subject());
    }

    @Test
    void basicOptimizationSimulates() {
        plain(DataType.UINT8, 128);
        assertFloat(subject(Bench.CPU.at(Optimization.BASIC)), "optimization level basic leaves QuantizeLinear");
    }

    @Test
    void sixteenBitsHaveNoKernel() {
        plain(DataType.UINT16, 1000);
        assertFloat(subject(), "no integer kernel takes UINT16");
    }

    private void relu(int zero) {
        String x = roundTrip(NetBuilder.IMAGES, DataType.UINT8, 0);
        String relu = net.op("relu", "Relu", conv(SUBJECT, x, weight("w", 8, 3, 3, 3)));
        net.head(roundTrip(relu, DataType.UINT8, zero), 8);
    }

    @Test
    void reluIsAbsorbedAtTheMinimumOnly() {
        relu(5);
        assertFloat(subject(), "Relu before QuantizeLinear with zero point 5");
    }

    @Test
    void reluAtTheMinimumIsInteger() {
        relu(0);
        assertInteger(subject());
    }

    @Test
    void signedActivationsWithTwoReaders() {
        String x = roundTrip(NetBuilder.IMAGES, DataType.INT8, 0);
        String first = roundTrip(conv("first", x, weight("w0", 8, 3, 3, 3)), DataType.INT8, 0);
        String left = roundTrip(conv(SUBJECT, first, weight("w1", 8, 8, 3, 3)), DataType.INT8, 0);
        String sum = roundTrip(net.op("sum", "Add", left, first), DataType.INT8, 0);
        net.head(sum, 8);
        assertFloat(subject(), "s8 activation 'first/q' has more than one reader");
    }

    @Test
    void signedActivationsWithOneReaderAreInteger() {
        plain(DataType.INT8, 0);
        assertInteger(subject());
    }

    @Test
    void floatOutputReadBySomethingElse() {
        String x = roundTrip(NetBuilder.IMAGES, DataType.UINT8, 0);
        String conv = conv(SUBJECT, x, weight("w", 8, 3, 3, 3));
        String quantized = roundTrip(conv, DataType.UINT8, 128);
        net.head(net.op("sum", "Add", quantized, net.op("abs", "Abs", conv)), 8);
        assertFloat(subject(), "its float output is read by QuantizeLinear, Abs, not by one QuantizeLinear");
    }

    @Test
    void floatOutputOfAConvolution() {
        String x = roundTrip(NetBuilder.IMAGES, DataType.UINT8, 0);
        net.head(net.op("abs", "Abs", conv(SUBJECT, x, weight("w", 8, 3, 3, 3))), 8);
        assertFloat(subject(), "its float output is read by Abs");
    }

    @Test
    void floatInput() {
        net.head(roundTrip(conv(SUBJECT, NetBuilder.IMAGES, weight("w", 8, 3, 3, 3)), DataType.UINT8, 128), 8);
        assertFloat(subject(), "input 'images' is float, not dequantized");
    }

    @Test
    void operatorsWithoutIntegerKernel() {
        String x = roundTrip(NetBuilder.IMAGES, DataType.UINT8, 0);
        net.head(roundTrip(net.op(SUBJECT, "Tanh", x), DataType.UINT8, 128), 3);
        assertFloat(subject(), "the CPU provider has no integer kernel for Tanh");
    }

    /** The runtime turns s8 pairs with one reader into u8, so inputs may mix. */
    @Test
    void mixedInputsAreInteger() {
        String x = roundTrip(NetBuilder.IMAGES, DataType.UINT8, 0);
        String signed = roundTrip(conv("conv", x, weight("w", 3, 3, 3, 3)), DataType.INT8, 0);
        net.head(roundTrip(net.op(SUBJECT, "Add", x, signed), DataType.UINT8, 128), 3);
        assertInteger(subject());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void signedOutputWithTwoReaders(boolean clipped) {
        String x = roundTrip(NetBuilder.IMAGES, DataType.UINT8, 0);
        String conv = conv(SUBJECT, x, weight("w", 3, 3, 3, 3));
        String signed = clipped
                ? roundTrip(net.op("relu", "Relu", conv), DataType.INT8, -128)
                : roundTrip(conv, DataType.INT8, 0);
        net.head(net.op("sum", "Add", signed, net.op("abs", "Abs", signed)), 3);
        assertFloat(subject(), "has more than one reader: needs u8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT8", "UINT8"})
    void aConstantOperandHasToBeUnsigned(DataType type) {
        String x = roundTrip(NetBuilder.IMAGES, type, 0);
        String conv = roundTrip(conv("conv", x, weight("w", 8, 3, 3, 3)), type, 0);
        net.constant("level", Tensor.of(type, new long[] {8, 1, 1}, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
        String level = dequantize(parameters("level", type, 0), "level/dq");
        net.head(roundTrip(net.op(SUBJECT, "Add", conv, level), type, 0), 8);
        if (type == DataType.INT8) {
            assertFloat(subject(), "s8 constant 'level' stays s8 where activations are made u8");
        } else {
            assertInteger(subject());
        }
    }

    /** Each reader gets a DequantizeLinear of its own from the runtime. */
    @Test
    void convolutionsThatShareTheirWeightsAreInteger() {
        String x = roundTrip(NetBuilder.IMAGES, DataType.UINT8, 0);
        String w = weight("w", 3, 3, 3, 3);
        String first = roundTrip(conv("first", x, w), DataType.UINT8, 128);
        net.head(roundTrip(conv(SUBJECT, first, w), DataType.UINT8, 128), 3);
        assertInteger(subject());
    }

    @Test
    void aConvolutionWhoseWeightsAFloatNodeReadsIsInteger() {
        String x = roundTrip(NetBuilder.IMAGES, DataType.UINT8, 0);
        String y = roundTrip(conv(SUBJECT, x, weight("w", 3, 3, 3, 3)), DataType.UINT8, 128);
        String positive = net.op("abs", "Abs", y);
        net.head(net.op("back", "ConvTranspose", positive, SUBJECT + ".w"), 3);
        assertInteger(subject());
    }

    @Test
    void fourBitProductsThatShareTheirWeightsAreFloat() {
        String flat = net.op(
                "flat", "Flatten", net.op("pool", "GlobalAveragePool", net.conv("conv", NetBuilder.IMAGES, 3, 16)));
        net.constant("w", Tensor.of(DataType.INT4, new long[] {16, 16}, new byte[128]));
        float[] ones = new float[16];
        Arrays.fill(ones, 1f);
        net.constant("s", Tensor.ofFloats(new long[] {1, 16}, ones));
        String x = flat;
        for (String name : List.of("first", SUBJECT)) {
            String w = net.node(Node.of("DequantizeLinear", List.of("w", "s"), name + ".w")
                    .with("axis", Attribute.of(0))
                    .with("block_size", Attribute.of(16)));
            x = net.op(name, "MatMul", x, w);
        }
        net.op(NetBuilder.LOGITS, "Abs", x);
        assertFloat(subject(), "its weight initializer 'w' has another reader");
    }

    @Test
    void transposedFourBitGemm() {
        fourBitGemm(true);
        assertFloat(subject(), "a Gemm with transB=1 does not become MatMulNBits");
    }

    @Test
    void fourBitGemm() {
        fourBitGemm(false);
        assertThat(subject().fourBit()).isTrue();
    }

    @Test
    void fourBitConvolution() {
        net.constant("w", Tensor.of(DataType.INT4, new long[] {8, 3, 16, 1}, new byte[192]));
        float[] ones = new float[24];
        Arrays.fill(ones, 0.1f);
        net.constant("s", Tensor.ofFloats(new long[] {8, 3, 1, 1}, ones));
        String w = net.node(Node.of("DequantizeLinear", List.of("w", "s"), "dq")
                .with("axis", Attribute.of(2))
                .with("block_size", Attribute.of(16)));
        net.head(net.op(SUBJECT, "Conv", NetBuilder.IMAGES, w), 8);
        assertFloat(subject(), "no provider has a 4-bit convolution");
    }

    private void fourBitGemm(boolean transposed) {
        String pooled = net.op(
                "flat", "Flatten", net.op("pool", "GlobalAveragePool", net.conv("conv", NetBuilder.IMAGES, 3, 16)));
        long[] dims = transposed ? new long[] {5, 16} : new long[] {16, 5};
        net.constant("w", Tensor.of(DataType.INT4, dims, new byte[40]));
        net.constant("s", Tensor.ofFloats(transposed ? new long[] {5, 1} : new long[] {1, 5}, 1, 1, 1, 1, 1));
        String w = net.node(Node.of("DequantizeLinear", List.of("w", "s"), "dq")
                .with("axis", Attribute.of(transposed ? 1 : 0))
                .with("block_size", Attribute.of(16)));
        String subject = net.op(SUBJECT, "Gemm", List.of(pooled, w), "transB", Attribute.of(transposed ? 1 : 0));
        net.op(NetBuilder.LOGITS, "Abs", subject);
    }
}
