package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.assay.Bench;
import dev.assay.NetBuilder;
import dev.assay.RandomImages;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.Optimization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every scheme on nets of every shape: it runs, on the kernels it is meant for, close to the float model. */
class SchemesTest {
    /** Largest error, relative to the scores' deviation, that the bits of a scheme excuse on nets this small. */
    private static final Map<Scheme, Double> TOLERANCE = Map.of(
            Scheme.FP32, 0.0,
            Scheme.INT8_DYNAMIC, 0.05,
            Scheme.INT8_STATIC, 0.08,
            Scheme.INT8_QOPERATOR, 0.08,
            Scheme.INT8_SYMMETRIC, 0.12,
            Scheme.INT4_WEIGHT, 0.5,
            Scheme.INT4_KERNEL, 0.5,
            Scheme.INT4_SIMULATED, 0.8,
            Scheme.INT8_LINEAR_ONLY, 0.05);

    private static final Attribute TWO = Attribute.ofLongs(2, 2);

    static Set<String> nets() {
        return new TreeSet<>(QuantNets.SHAPES.keySet());
    }

    static Stream<Arguments> cases() {
        return Stream.of(Scheme.values()).flatMap(scheme -> nets().stream().map(net -> Arguments.of(scheme, net)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void artifactIsCloseToTheFloatModel(Scheme scheme, String net) {
        Bench bench = bench(net);
        Artifact artifact = bench.quantize(scheme);

        assertThat(bench.relativeError(artifact.model(), Bench.CPU)).isLessThanOrEqualTo(tolerance(scheme));
        assertThat(artifact.skips())
                .allSatisfy(skip -> assertThat(skip.reason()).isNotBlank());
        assertThat(names(artifact.model())).isEqualTo(names(bench.model()));
    }

    @ParameterizedTest
    @MethodSource("nets")
    void staticProductsAllRunOnIntegers(String net) {
        Bench bench = bench(net);
        for (Scheme scheme : List.of(Scheme.INT8_STATIC, Scheme.INT8_QOPERATOR, Scheme.INT8_DYNAMIC)) {
            KernelEvidence evidence = bench.evidence(bench.quantize(scheme).model(), Bench.CPU);
            boolean productOfActivations = net.equals("tokens") && scheme == Scheme.INT8_DYNAMIC;
            assertThat(evidence.integerMacShare())
                    .as("%s: %s", scheme, evidence.nodes())
                    .isEqualTo(1, within(productOfActivations ? 0.6 : 0));
        }
    }

    @ParameterizedTest
    @MethodSource("nets")
    void productsRunOnFourBitKernels(String net) {
        Bench bench = bench(net);
        KernelEvidence evidence =
                bench.evidence(bench.quantize(Scheme.INT4_KERNEL).model(), Bench.CPU);
        boolean grouped = net.equals("depthwise");
        boolean productOfActivations = net.equals("tokens");
        assertThat(evidence.fourBitMacShare())
                .as("%s", evidence.nodes())
                .isEqualTo(1, within(grouped || productOfActivations ? 0.6 : 0));
    }

    @ParameterizedTest
    @MethodSource("nets")
    void weightOnlyGemmsBecomeFourBitProducts(String net) {
        Bench bench = bench(net);
        KernelEvidence evidence =
                bench.evidence(bench.quantize(Scheme.INT4_WEIGHT).model(), Bench.CPU);
        assertThat(evidence.nodes())
                .filteredOn(kernel -> kernel.op().equals("Gemm") || kernel.op().equals("MatMul"))
                .filteredOn(kernel -> !kernel.node().equals("attention"))
                .isNotEmpty()
                .allMatch(KernelEvidence.Kernel::fourBit);
    }

    /** Zero point 0 is above the lowest level, which absorbs a Relu, and x86 turns only s8 with one reader into u8. */
    @Test
    void symmetricProductsBeforeRelusAndBranchesRunInFloat() {
        Bench bench = bench("pre-activation");
        List<KernelEvidence.Kernel> products = products(bench, Scheme.INT8_SYMMETRIC);

        assertThat(products)
                .extracting(KernelEvidence.Kernel::node, KernelEvidence.Kernel::executedAs)
                .containsExactly(
                        tuple("conv0", "Conv"),
                        tuple("bn", "FusedConv"),
                        tuple("conv1", "QLinearConv"),
                        tuple(NetBuilder.LOGITS, "QGemm"));
        assertThat(products)
                .filteredOn(kernel -> !kernel.integer())
                .extracting(KernelEvidence.Kernel::whyFloat)
                .containsExactly(
                        "s8 activation 'conv0/quantized' has more than one reader: needs u8, or session.qdqisint8allowed=1",
                        "Relu before QuantizeLinear with zero point 0: it is absorbed only at the type's minimum");
    }

    @ParameterizedTest
    @MethodSource("nets")
    void linearOnlyLeavesConvolutionsInFloat(String net) {
        Bench bench = bench(net);
        assertThat(products(bench, Scheme.INT8_LINEAR_ONLY))
                .filteredOn(kernel -> !kernel.node().equals("attention"))
                .allSatisfy(kernel ->
                        assertThat(kernel.integer()).isNotEqualTo(kernel.op().equals("Conv")))
                .extracting(KernelEvidence.Kernel::whyFloat)
                .containsOnlyNulls();
        assertThat(bench.quantize(Scheme.INT8_LINEAR_ONLY).skips())
                .filteredOn(skip -> skip.op().equals("Conv"))
                .isNotEmpty()
                .extracting(Skip::reason)
                .containsOnly("this scheme leaves convolutions in float");
    }

    @ParameterizedTest
    @MethodSource("nets")
    void simulatedWeightsRunOnTheKernelsOfTheModel(String net) {
        Bench bench = bench(net);
        assertThat(products(bench, Scheme.INT4_SIMULATED))
                .noneMatch(kernel -> kernel.integer() || kernel.fourBit())
                .extracting(KernelEvidence.Kernel::executedAs)
                .isEqualTo(bench.productKernels(bench.model(), Bench.CPU));
    }

    private static List<KernelEvidence.Kernel> products(Bench bench, Scheme scheme) {
        return bench.evidence(bench.quantize(scheme).model(), Bench.CPU).nodes().stream()
                .filter(kernel -> kernel.macs() > 0)
                .toList();
    }

    /** An int32 bias with a DequantizeLinear, which TensorRT refuses, would run on no other kernels. */
    @ParameterizedTest
    @MethodSource("nets")
    void symmetricBiasesAreFloatAndProductsKeepTheirKernels(String net) {
        Bench bench = bench(net);
        Model artifact = bench.quantize(Scheme.INT8_SYMMETRIC).model();
        ImageClassifier prepared = Quantizer.prepare(bench.classifier(), Recipe.PER_CHANNEL_OPSET, true);
        Written integerBiases = Recipe.calibrated(AffineParams::symmetric, StaticWriter::qdq)
                .writer()
                .write(prepared, QuantConfig.DEFAULTS, new Calibration(bench.images(), 1));
        Model other = prepared.model().withGraph(integerBiases.graph());

        assertThat(artifact.graph().initializers().values())
                .extracting(Tensor::type)
                .doesNotContain(DataType.INT32);
        assertThat(bench.productKernels(artifact, Bench.CPU)).isEqualTo(bench.productKernels(other, Bench.CPU));
        assertThat(bench.evidence(artifact, Bench.CPU).integerMacShare())
                .isEqualTo(bench.evidence(other, Bench.CPU).integerMacShare());
        assertThat(largestDifference(bench.scores(artifact, Bench.CPU), bench.scores(other, Bench.CPU)))
                .isLessThan(1e-5);
    }

    /** Whatever stands behind a hidden layer, its kernel is the quantized one. */
    @ParameterizedTest
    @ValueSource(strings = {"Relu", "Clip", "LeakyRelu", "Sigmoid", "Tanh", "Elu", "HardSwish"})
    void activationsLeaveGemmsTheirKernels(String activation) {
        Bench bench = Bench.of(QuantNets.hidden(activation));

        assertThat(bench.productKernels(bench.quantize(Scheme.INT8_STATIC).model(), Bench.CPU))
                .containsExactly("QLinearConv", "QGemm", "QGemm");
        assertThat(bench.productKernels(bench.quantize(Scheme.INT4_WEIGHT).model(), Bench.CPU))
                .containsExactly("Conv", "MatMulNBits", "MatMulNBits");
    }

    @Test
    void productsWithFactorsHaveTheirKernels() {
        NetBuilder net = NetBuilder.onImages();
        String pooled = net.op("pool", "GlobalAveragePool", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        net.node(Node.of(
                        "Gemm",
                        List.of(net.op("flat", "Flatten", pooled), net.random("w", 0.4, 8, 5), net.random("b", 0.1, 5)),
                        NetBuilder.LOGITS)
                .with("alpha", Attribute.of(0.3f))
                .with("beta", Attribute.of(2f)));
        Bench bench = Bench.of(net.build());

        assertThat(kernels(bench, Scheme.INT8_STATIC)).containsExactly("QLinearConv", "QGemm");
        assertThat(kernels(bench, Scheme.INT8_QOPERATOR)).containsExactly("QLinearConv", "QGemm");
        assertThat(kernels(bench, Scheme.INT8_DYNAMIC)).containsExactly("ConvInteger", "DynamicQuantizeMatMul");
        assertThat(kernels(bench, Scheme.INT4_WEIGHT)).containsExactly("Conv", "MatMulNBits");
        for (Scheme scheme : Scheme.values()) {
            assertThat(bench.relativeError(bench.quantize(scheme).model(), Bench.CPU))
                    .isLessThanOrEqualTo(tolerance(scheme));
        }
    }

    private static List<String> kernels(Bench bench, Scheme scheme) {
        return bench.productKernels(bench.quantize(scheme).model(), Bench.CPU);
    }

    @Test
    void sumsRunAsIntegerAdds() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        String sum = net.op("sum", "Sum", x, net.conv("left", x, 8, 8), net.conv("right", x, 8, 8));
        net.head(net.op("relu2", "Relu", sum), 8);
        Bench bench = Bench.of(net.build());

        for (Scheme scheme : List.of(Scheme.INT8_STATIC, Scheme.INT8_QOPERATOR)) {
            Artifact artifact = bench.quantize(scheme);
            assertThat(artifact.skips()).isEmpty();
            assertThat(bench.evidence(artifact.model(), Bench.CPU).nodes())
                    .filteredOn(kernel -> kernel.op().endsWith("Add"))
                    .extracting(KernelEvidence.Kernel::executedAs)
                    .containsExactly("QLinearAdd", "QLinearAdd");
            assertThat(bench.relativeError(artifact.model(), Bench.CPU)).isLessThanOrEqualTo(tolerance(scheme));
        }
    }

    /** As queries, keys and values of transformers: parts of one product, each with a range of its own. */
    @Test
    void partsOfAProductHaveScalesOfTheirOwn() {
        NetBuilder net = NetBuilder.onImages();
        String conv = net.conv("conv", NetBuilder.IMAGES, 3, 8);
        String rows = net.op("rows", "Reshape", conv, net.constant("shape", Tensor.vector(0, 8, 256)));
        String tokens = net.op("tokens", "Transpose", List.of(rows), "perm", Attribute.ofLongs(0, 2, 1));
        String product = net.op("product", "MatMul", tokens, net.random("w", 0.4, 8, 16));
        String all = net.op("all", "Add", product, net.random("b", 0.1, 16));
        net.node(Node.of("Split", List.of(all, net.constant("sizes", Tensor.vector(8, 8))), "left", "right")
                .with("axis", Attribute.of(2)));
        String flat = net.op("flat", "Flatten", net.op("gated", "Mul", "left", "right"));
        net.gemm(NetBuilder.LOGITS, flat, 2048, NetBuilder.CLASSES);
        Bench bench = Bench.of(net.build());

        Artifact artifact = bench.quantize(Scheme.INT8_STATIC);

        assertThat(artifact.skips()).extracting(Skip::op).containsExactlyInAnyOrder("Add", "Split");
        assertThat(quantized(artifact, "left")).isTrue();
        assertThat(quantized(artifact, "right")).isTrue();
        assertThat(bench.productKernels(artifact.model(), Bench.CPU))
                .containsExactly("QLinearConv", "MatMulIntegerToFloat", "QGemm");
    }

    /** As in YOLO: a part that a float node reads is quantized too, or the Split would be float; an unread one is. */
    @ParameterizedTest
    @ValueSource(strings = {"Tanh", ""})
    void splitsWithAPartThatNoIntegerKernelReadsRunOnIntegers(String reader) {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        net.node(Node.of("Split", List.of(x, net.constant("sizes", Tensor.vector(4, 4))), "left", "right")
                .named("split")
                .with("axis", Attribute.of(1)));
        String convolved = net.conv("conv2", "left", 4, 4);
        net.head(reader.isEmpty() ? convolved : net.op("gated", "Mul", convolved, net.op("read", reader, "right")), 4);
        Bench bench = Bench.of(net.build());

        for (Scheme scheme : List.of(Scheme.INT8_STATIC, Scheme.INT8_QOPERATOR)) {
            assertThat(bench.evidence(bench.quantize(scheme).model(), Bench.CPU).nodes())
                    .filteredOn(kernel -> kernel.node().equals("split"))
                    .singleElement()
                    .matches(KernelEvidence.Kernel::integer);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FP32")
    void productsInBranchesAreSkippedWithAReason(Scheme scheme) {
        NetBuilder net = NetBuilder.onImages();
        String conv = net.conv("conv", NetBuilder.IMAGES, 3, 8);
        net.random("w", 0.1, 8, 8, 3, 3);
        net.head(net.branch("branch", List.of(Node.of("Conv", List.of(conv, "w"), "inside"))), 8);

        assertThat(Bench.of(net.build()).quantize(scheme).skips())
                .contains(new Skip(
                        "branch",
                        "If",
                        "the products inside (Conv) stay as they are: only nodes of the main graph are quantized"));
    }

    /** As residual sums of transformers, which normalizations read: the products before them hand out floats. */
    @Test
    void sumsThatOnlyFloatNodesReadAreNotRounded() {
        NetBuilder net = NetBuilder.onImages();
        String pooled = net.op("pool", "GlobalAveragePool", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        String flat = net.op("flat", "Flatten", pooled);
        String sum = net.op("sum", "Add", net.gemm("left", flat, 8, 16), net.gemm("right", flat, 8, 16));
        net.gemm(NetBuilder.LOGITS, net.op("sine", "Sin", sum), 16, NetBuilder.CLASSES);
        Bench bench = Bench.of(net.build());

        Artifact artifact = bench.quantize(Scheme.INT8_STATIC);

        assertThat(artifact.skips()).contains(new Skip("sum", "Add", "no integer kernel reads what it makes"));
        assertThat(quantized(artifact, "sum")).isFalse();
        assertThat(quantized(artifact, "left")).isFalse();
        assertThat(quantized(artifact, "sine")).isTrue();
        assertThat(bench.productKernels(artifact.model(), Bench.CPU))
                .containsExactly("QLinearConv", "QGemm", "QGemm", "QGemm");
    }

    /** As in binarized nets: rounding before a Sign turns signs around. */
    @Test
    void normalizationsThatOnlyFloatNodesReadStay() {
        NetBuilder net = NetBuilder.onImages();
        String pooled =
                net.op("pool", "MaxPool", List.of(net.conv("conv", NetBuilder.IMAGES, 3, 8)), "kernel_shape", TWO);
        String sign = net.op("sign", "Sign", net.node(QuantNets.batchNorm(net, "bn", pooled, 8)));
        net.head(net.conv("conv2", sign, 8, 8), 8);

        Artifact artifact = Bench.of(net.build()).quantize(Scheme.INT8_STATIC);

        assertThat(artifact.model().graph().producer("bn")).get().matches(node -> node.is("BatchNormalization"));
        assertThat(artifact.skips()).extracting(Skip::op).contains("BatchNormalization", "MaxPool", "Sign");
        assertThat(quantized(artifact, "conv")).isTrue();
        assertThat(quantized(artifact, "sign")).isTrue();
    }

    private static boolean quantized(Artifact artifact, String value) {
        Graph graph = artifact.model().graph();
        return graph.nodes().stream()
                .anyMatch(node -> node.is("QuantizeLinear") && node.output().equals(value + "/quantized"));
    }

    /** QDQ fuses into what the QLinear form says; sums rounded in another order may differ by a step of the output. */
    @ParameterizedTest
    @MethodSource("nets")
    void qdqAndOperatorFormsAgree(String net) {
        Bench bench = bench(net);
        float[] qdq = bench.scores(bench.quantize(Scheme.INT8_STATIC).model(), Bench.CPU);
        float[] operators = bench.scores(bench.quantize(Scheme.INT8_QOPERATOR).model(), Bench.CPU);
        assertThat(largestDifference(qdq, operators)).isLessThanOrEqualTo(step(operators));
    }

    @ParameterizedTest
    @MethodSource("nets")
    void simulationAtBasicIsCloseToTheKernels(String net) {
        Bench bench = bench(net);
        Artifact artifact = bench.quantize(Scheme.INT8_STATIC);
        float[] simulated = bench.scores(artifact.model(), Bench.CPU.at(Optimization.BASIC));
        float[] integers = bench.scores(artifact.model(), Bench.CPU);
        assertThat(largestDifference(simulated, integers)).isLessThanOrEqualTo(2 * step(integers));
    }

    private static List<String> names(Model model) {
        return model.graph().outputs().stream().map(Value::name).toList();
    }

    private static Bench bench(String net) {
        return Bench.of(Objects.requireNonNull(QuantNets.SHAPES.get(net)), RandomImages.of(32));
    }

    private static double tolerance(Scheme scheme) {
        return Objects.requireNonNull(TOLERANCE.get(scheme));
    }

    static double largestDifference(float[] left, float[] right) {
        double largest = 0;
        for (int i = 0; i < left.length; i++) {
            largest = Math.max(largest, Math.abs(left[i] - right[i]));
        }
        return largest;
    }

    /** About what one level of an 8-bit tensor with these values is worth. */
    private static double step(float[] values) {
        List<Float> sorted = new ArrayList<>();
        for (float value : values) {
            sorted.add(value);
        }
        sorted.sort(null);
        return (sorted.get(sorted.size() - 1) - sorted.get(0)) / 255.0 * 1.5;
    }
}
