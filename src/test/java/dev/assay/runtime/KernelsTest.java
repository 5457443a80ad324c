package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.assay.Bench;
import dev.assay.NetBuilder;
import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Function;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.quant.Scheme;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every product that ran counts, wherever it lies: a share is never higher than the truth. */
class KernelsTest {
    private static final String SUBJECT = "subject";
    private static final Attribute PADS = Attribute.ofLongs(1, 1, 1, 1);

    /** Of {@code conv}, before the subject: 8·16·16 out elements, each of 3·9 products. */
    private static final long CONV = 8 * 16 * 16 * 27;

    private static final long HEAD = 8 * NetBuilder.CLASSES;

    private final NetBuilder net = NetBuilder.onImages().opset(23);
    private final String conv = net.conv("conv", NetBuilder.IMAGES, 3, 8);

    private interface Maker {
        List<Node> nodes(NetBuilder net, String images, String tokens);
    }

    /**
     * An operator that multiplies, on images {@code [N, 8, 16, 16]} or tokens {@code [N, 256, 8]}.
     *
     * @param macs for one image
     */
    private record Case(String op, long macs, Maker maker) {
        @Override
        public String toString() {
            return op;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "Conv",
                        8 * 256 * 8 * 9,
                        (net, x, tokens) ->
                                List.of(Node.of("Conv", List.of(x, net.random("w", 0.1, 8, 8, 3, 3)), SUBJECT)
                                        .with("pads", PADS))),
                new Case(
                        "Conv in groups",
                        8 * 256 * 2 * 9,
                        (net, x, tokens) ->
                                List.of(Node.of("Conv", List.of(x, net.random("w", 0.1, 8, 2, 3, 3)), SUBJECT)
                                        .with("pads", PADS)
                                        .with("group", Attribute.of(4)))),
                new Case(
                        "ConvTranspose",
                        8 * 256 * 8 * 9,
                        (net, x, tokens) ->
                                List.of(Node.of("ConvTranspose", List.of(x, net.random("w", 0.1, 8, 8, 3, 3)), SUBJECT)
                                        .with("pads", PADS))),
                new Case(
                        "MatMul",
                        256 * 8 * 8,
                        (net, x, tokens) ->
                                List.of(Node.of("MatMul", List.of(tokens, net.random("w", 0.1, 8, 8)), SUBJECT))),
                new Case(
                        "Einsum",
                        256 * 8 * 8,
                        (net, x, tokens) ->
                                List.of(Node.of("Einsum", List.of(tokens, net.random("w", 0.1, 8, 8)), SUBJECT)
                                        .with("equation", Attribute.of("nsc,cd->nsd")))),
                new Case(
                        "Attention",
                        (256 * 8 + 256 * 8) * 256,
                        (net, x, tokens) -> List.of(Node.of("Attention", List.of(tokens, tokens, tokens), SUBJECT)
                                .with("q_num_heads", Attribute.of(2))
                                .with("kv_num_heads", Attribute.of(2)))),
                new Case("LSTM", 256 * (4 * 8 * 8 + 4 * 8 * 8), KernelsTest::lstm));
    }

    private static List<Node> lstm(NetBuilder net, String images, String tokens) {
        List<String> inputs = List.of("steps", net.random("w", 0.1, 1, 32, 8), net.random("r", 0.1, 1, 32, 8));
        return List.of(
                Node.of("Transpose", List.of(tokens), "steps").with("perm", Attribute.ofLongs(1, 0, 2)),
                Node.of("LSTM", inputs, SUBJECT).with("hidden_size", Attribute.of(8)),
                Node.of("Transpose", List.of(SUBJECT), "turned").with("perm", Attribute.ofLongs(2, 1, 0, 3)));
    }

    /** The subject and what shapes its input. */
    private List<Node> nodes(Maker subject) {
        String flatShape = net.constant("flat.shape", Tensor.vector(0, 8, 256));
        List<Node> nodes = new ArrayList<>();
        nodes.add(Node.of("Reshape", List.of(conv, flatShape), "flat"));
        nodes.add(Node.of("Transpose", List.of("flat"), "tokens").with("perm", Attribute.ofLongs(0, 2, 1)));
        nodes.addAll(subject.nodes(net, conv, "tokens"));
        return nodes;
    }

    private Model withHead(String value) {
        String shaped = net.op("shaped", "Reshape", value, net.constant("shape", Tensor.vector(0, 8, 16, 16)));
        net.head(shaped, 8);
        return net.build();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void productsInTheMainGraph(Case each) {
        List<Node> nodes = nodes(each.maker());
        nodes.forEach(net::node);
        Bench bench = Bench.of(withHead(nodes.get(nodes.size() - 1).output()));

        KernelEvidence evidence = bench.evidence(bench.model(), Bench.CPU);

        assertThat(total(evidence)).isEqualTo(CONV + each.macs() + HEAD);
        assertThat(evidence.integerMacShare()).isZero();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void productsInBranches(Case each) {
        Bench bench = Bench.of(withHead(net.branch("branch", nodes(each.maker()))));

        KernelEvidence evidence = bench.evidence(bench.model(), Bench.CPU);
        KernelEvidence quantized =
                bench.evidence(bench.quantize(Scheme.INT8_STATIC).model(), Bench.CPU);

        assertThat(total(evidence)).isEqualTo(CONV + each.macs() + HEAD);
        assertThat(evidence.integerMacShare()).isZero();
        assertThat(total(quantized)).isEqualTo(CONV + each.macs() + HEAD);
        assertThat(quantized.integerMacShare())
                .isEqualTo((double) (CONV + HEAD) / (CONV + each.macs() + HEAD), within(1e-12));
    }

    @Test
    void integersInBranches() {
        long convolution = 8 * 256 * 8 * 9;
        net.constant("scale", Tensor.scalar(0.01f));
        net.constant("zero", Tensor.of(DataType.UINT8, new long[0], new byte[1]));
        net.constant("w", Tensor.of(DataType.INT8, new long[] {8, 8, 3, 3}, new byte[8 * 8 * 9]));
        net.constant("w/zero", Tensor.of(DataType.INT8, new long[0], new byte[1]));
        List<String> inputs = List.of("quantized", "scale", "zero", "w", "scale", "w/zero", "scale", "zero");
        String branch = net.branch(
                "branch",
                List.of(
                        Node.of("QuantizeLinear", List.of(conv, "scale", "zero"), "quantized"),
                        Node.of("QLinearConv", inputs, SUBJECT).with("pads", PADS),
                        Node.of("DequantizeLinear", List.of(SUBJECT, "scale", "zero"), "dequantized")));
        net.head(branch, 8);
        Bench bench = Bench.of(net.build());

        KernelEvidence evidence = bench.evidence(bench.model(), Bench.CPU);

        assertThat(total(evidence)).isEqualTo(CONV + convolution + HEAD);
        assertThat(evidence.integerMacShare())
                .isEqualTo((double) convolution / (CONV + convolution + HEAD), within(1e-12));
    }

    /** Of 16 channels, which a blocked kernel does not pad. */
    @Test
    void productsInFunctions() {
        net.random("w", 0.1, 16, 8, 3, 3);
        net.node(Node.of("F", List.of(conv, "w"), "wide").inDomain("local"));
        net.head(net.op("relu", "Relu", "wide"), 16);
        Function function = new Function(
                "local",
                "F",
                "",
                List.of("x", "w"),
                List.of("y"),
                List.of(Node.of("Conv", List.of("x", "w"), "y").with("pads", PADS)),
                Map.of(Node.ONNX, 23L),
                Bytes.EMPTY);
        Model built = net.build();
        Model model = new Model(10, Map.of(Node.ONNX, 23L, "local", 1L), built.graph(), List.of(function), Bytes.EMPTY);

        KernelEvidence evidence = Bench.of(model).evidence(model, Bench.CPU);

        assertThat(evidence.nodes())
                .filteredOn(kernel -> kernel.op().equals("local.F"))
                .singleElement()
                .satisfies(kernel -> {
                    assertThat(kernel.executedAs()).isEqualTo("Conv");
                    assertThat(kernel.macs()).isEqualTo(16 * 256 * 8 * 9);
                });
        assertThat(total(evidence)).isEqualTo(CONV + 16 * 256 * 8 * 9 + 2 * HEAD);
    }

    @Test
    void productsInLoopsCountOnEveryTurn() {
        net.random("w", 0.1, 8, 8, 3, 3);
        Graph body = new Graph(
                "body",
                List.of(
                        Value.of("turn", DataType.INT64, Shape.of()),
                        Value.of("goes_on", DataType.BOOL, Shape.of()),
                        Value.of("before", DataType.FLOAT, null)),
                List.of(Value.of("still_goes_on", DataType.BOOL, null), Value.of("after", DataType.FLOAT, null)),
                List.of(),
                List.of(
                        Node.of("Identity", List.of("goes_on"), "still_goes_on"),
                        Node.of("Conv", List.of("before", "w"), "after").with("pads", PADS)),
                Map.of(),
                Map.of(),
                outer -> true,
                Bytes.EMPTY);
        net.constant("turns", Tensor.of(DataType.INT64, new long[0], new byte[] {3, 0, 0, 0, 0, 0, 0, 0}));
        net.node(Node.of("Loop", List.of("turns", "", conv), "looped").with("body", Attribute.of(body)));
        net.head("looped", 8);
        Bench bench = Bench.of(net.build());

        assertThat(total(bench.evidence(bench.model(), Bench.CPU))).isEqualTo(CONV + 3 * 8 * 256 * 8 * 9 + HEAD);
    }

    /** The same product, under the same name or none, in the main graph on integers and in a branch in float. */
    @ParameterizedTest
    @ValueSource(strings = {"conv", ""})
    void productsOfOneName(String name) {
        Node inside = Node.of("Conv", List.of(NetBuilder.IMAGES, "conv.weight", "conv.bias"), "inside")
                .named(name)
                .with("pads", PADS);
        net.head(net.op("sum", "Add", conv, net.branch("branch", List.of(inside))), 8);
        Bench bench = Bench.of(unnamed(net.build(), name.isEmpty()));

        KernelEvidence evidence = bench.evidence(bench.model(), Bench.CPU);
        KernelEvidence quantized =
                bench.evidence(bench.quantize(Scheme.INT8_STATIC).model(), Bench.CPU);

        assertThat(total(evidence)).isEqualTo(2 * CONV + HEAD);
        assertThat(total(quantized)).isEqualTo(2 * CONV + HEAD);
        assertThat(quantized.integerMacShare()).isEqualTo((double) (CONV + HEAD) / (2 * CONV + HEAD), within(1e-12));
    }

    private static Model unnamed(Model model, boolean change) {
        Graph graph = model.graph();
        List<Node> nodes = graph.nodes().stream()
                .map(node -> change ? node.named("") : node)
                .toList();
        return model.withGraph(
                new Graph(graph.name(), graph.inputs(), graph.outputs(), graph.values(), nodes, graph.initializers()));
    }

    @Test
    void attentionOnIntegersAttendsInFloat() {
        String images = net.op("flat", "Reshape", conv, net.constant("flat.shape", Tensor.vector(0, 8, 256)));
        String tokens = net.op("tokens", "Transpose", List.of(images), "perm", Attribute.ofLongs(0, 2, 1));
        net.node(Node.of("DynamicQuantizeLinear", List.of(tokens), "tokens/q", "tokens/scale", "tokens/zero"));
        net.constant("w", Tensor.of(DataType.INT8, new long[] {8, 24}, new byte[8 * 24]));
        net.random("b", 0.1, 24);
        net.constant("w/scale", Tensor.scalar(0.01f));
        net.constant("w/zero", Tensor.of(DataType.INT8, new long[0], new byte[1]));
        net.node(Node.of(
                        "QAttention",
                        List.of("tokens/q", "w", "b", "tokens/scale", "w/scale", "", "tokens/zero", "w/zero"),
                        SUBJECT)
                .inDomain(Node.MICROSOFT)
                .with("num_heads", Attribute.of(2)));
        Model model = withHead(SUBJECT);

        KernelEvidence evidence = Bench.of(model).evidence(model, Bench.CPU);

        assertThat(evidence.nodes())
                .filteredOn(kernel -> kernel.node().equals(SUBJECT))
                .extracting(Kernel::integer, Kernel::macs)
                .containsExactly(tuple(true, 256L * 8 * 24), tuple(false, 2L * 256 * 8 * 256));
        assertThat(evidence.integerMacShare()).isEqualTo(256.0 * 8 * 24 / total(evidence), within(1e-12));
    }

    @Test
    void whatCannotBeCountedLeavesTheShareUnknown() {
        List<Node> nodes = nodes((same, images, tokens) ->
                List.of(Node.of("MultiHeadAttention", List.of(tokens, tokens, tokens), SUBJECT)
                        .inDomain(Node.MICROSOFT)
                        .with("num_heads", Attribute.of(2))));
        nodes.forEach(net::node);
        Bench bench = Bench.of(withHead(SUBJECT));

        KernelEvidence evidence = bench.evidence(bench.model(), Bench.CPU);
        KernelEvidence quantized =
                bench.evidence(bench.quantize(Scheme.INT8_STATIC).model(), Bench.CPU);

        assertThat(evidence.integerMacShare()).isZero();
        assertThat(quantized.integerMacShare()).isNaN();
        assertThat(quantized.fourBitMacShare()).isZero();
        assertThat(quantized.whyUnknown())
                .isEqualTo("the profile does not tell how much these computed: 'subject' (MultiHeadAttention)");
    }

    private static long total(KernelEvidence evidence) {
        assertThat(evidence.whyUnknown()).isNull();
        return evidence.nodes().stream().mapToLong(Kernel::macs).sum();
    }
}
