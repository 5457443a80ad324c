package dev.assay.quant;

import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Weights in 8 bits, activations quantized when the model runs: DynamicQuantizeLinear-11, ConvInteger-10 and
 * MatMulInteger-10, scaled back to float.
 *
 * <p>DynamicQuantizeLinear takes its range from the whole tensor: an image's answer depends on the others in its batch.
 */
final class DynamicWriter {
    private static final Set<String> PRODUCTS = Set.of("Conv", "Gemm", "MatMul", "ConvTranspose");

    private final Graph graph;
    private final GraphEditor edit;
    private final Function<Node, Optional<String>> exclusion;
    private final QuantConfig config;
    private final boolean perChannel;
    private final Map<String, Operand> activations = new HashMap<>();
    private final List<Skip> skips = new ArrayList<>();

    private DynamicWriter(
            Graph graph, Function<Node, Optional<String>> exclusion, QuantConfig config, boolean perChannel) {
        this.graph = graph;
        this.edit = graph.edit().forgetDeclaredValues();
        this.exclusion = exclusion;
        this.config = config;
        this.perChannel = perChannel;
    }

    /** Every product with constant weights, with a scale for each channel. */
    static Written all(Graph graph, QuantConfig config) {
        return new DynamicWriter(graph, node -> Optional.empty(), config, true).write();
    }

    /** Fully connected layers only, with one scale a tensor: what PyTorch's {@code quantize_dynamic} leaves of a CNN. */
    static Written linearOnly(Graph graph, QuantConfig config) {
        Function<Node, Optional<String>> convolutions = node -> node.is("Conv") || node.is("ConvTranspose")
                ? Optional.of("this scheme leaves convolutions in float")
                : Optional.empty();
        return new DynamicWriter(graph, convolutions, config, false).write();
    }

    private Written write() {
        for (Node node : graph.sorted()) {
            if (PRODUCTS.contains(node.qualifiedOp())) {
                Optional<String> obstacle = exclusion.apply(node).or(() -> obstacle(node));
                if (obstacle.isPresent()) {
                    skips.add(Skip.of(node, obstacle.get()));
                } else {
                    write(node);
                }
            }
        }
        return new Written(edit.commit(), skips);
    }

    private Optional<String> obstacle(Node node) {
        Optional<Tensor> weights = graph.constant(node.input(1));
        if (node.is("ConvTranspose")) {
            return Optional.of("there is no integer ConvTranspose");
        }
        if (weights.isEmpty() || weights.get().type() != DataType.FLOAT) {
            return Optional.of("its weights are not constant floats");
        }
        if (!node.is("Conv") && weights.get().rank() != 2) {
            return Optional.of(
                    "its weights have rank %d, not 2".formatted(weights.get().rank()));
        }
        boolean plain = node.floatAttribute("alpha", 1) == 1
                && node.floatAttribute("beta", 1) == 1
                && node.intAttribute("transA", 0) == 0;
        return plain ? Optional.empty() : Optional.of("only Gemm with alpha = beta = 1 and transA = 0 is quantized");
    }

    private void write(Node node) {
        Tensor original = graph.constant(node.input(1)).orElseThrow();
        boolean convolution = node.is("Conv");
        Tensor weights = node.intAttribute("transB", 0) == 0 ? original : Matrices.transposed(original);
        int axis = convolution ? 0 : 1;
        ChannelWeights quantized = perChannel
                ? ChannelWeights.of(weights, axis, config.rounding())
                : ChannelWeights.perTensor(weights, config.rounding());
        Operand x = activation(node.input(0));
        String w = edit.addConstant(node.input(1) + "/quantized", quantized.quantized());
        String integers = edit.freshName(node.output() + "/integer");
        Node product = new Node(
                node.name(),
                Node.ONNX,
                convolution ? "ConvInteger" : "MatMulInteger",
                "",
                List.of(x.quantized(), w, x.zeroPoint()),
                List.of(integers),
                convolution ? node.attributes() : Map.of(),
                node.rest());
        List<Node> nodes = new ArrayList<>(List.of(product));
        String floats = then(nodes, "Cast", List.of(integers), node.output() + "/cast");
        nodes.set(1, nodes.get(1).with("to", Attribute.of(DataType.FLOAT.code())));
        Tensor scales =
                convolution && perChannel ? alongChannels(quantized.scales(), weights.rank()) : quantized.scales();
        String scale = then(
                nodes,
                "Mul",
                List.of(x.scale(), edit.addConstant(node.input(1) + "/scale", scales)),
                node.output() + "/scale");
        if (!node.hasInput(2)) {
            nodes.add(Node.of("Mul", List.of(floats, scale), node.output()));
        } else {
            String scaled = then(nodes, "Mul", List.of(floats, scale), node.output() + "/scaled");
            nodes.add(Node.of("Add", List.of(scaled, bias(node, weights.rank())), node.output()));
        }
        edit.replace(node, nodes);
    }

    private String then(List<Node> nodes, String op, List<String> inputs, String base) {
        String output = edit.freshName(base);
        nodes.add(Node.of(op, inputs, output));
        return output;
    }

    private String bias(Node node, int rank) {
        Optional<Tensor> bias = graph.constant(node.input(2));
        return node.is("Conv") && bias.isPresent()
                ? edit.addConstant(node.input(2) + "/channels", alongChannels(bias.get(), rank))
                : node.input(2);
    }

    /** {@code [C]} as {@code [1, C, 1, …]}. */
    private static Tensor alongChannels(Tensor vector, int rank) {
        long[] dims = new long[rank];
        Arrays.fill(dims, 1);
        dims[1] = vector.size();
        return vector.reshape(dims);
    }

    private Operand activation(String value) {
        return activations.computeIfAbsent(value, v -> {
            Operand operand = new Operand(
                    edit.freshName(v + "/quantized"), edit.freshName(v + "/scale"), edit.freshName(v + "/zero_point"));
            edit.add(Node.of(
                    "DynamicQuantizeLinear", List.of(v), operand.quantized(), operand.scale(), operand.zeroPoint()));
            return operand;
        });
    }
}
