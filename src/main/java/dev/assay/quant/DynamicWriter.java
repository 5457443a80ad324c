package dev.assay.quant;

import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.ImageClassifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Weights in 8 bits, activations quantized when the model runs: DynamicQuantizeLinear-11, ConvInteger-10 and
 * MatMulInteger-10, scaled back to float.
 *
 * <p>Weights lie in u8 around 128, not in s8 around 0: the sums are the same, bit for bit, but ONNX Runtime's x86 kernels
 * for u8 activations and u8 weights add in 32 bits on every CPU, and its ConvInteger runs at least 1.8 times as fast with
 * them (measured on 1.29.0 and 1.30.0).
 *
 * <p>DynamicQuantizeLinear takes its range from the whole tensor: an image's answer depends on the others in its batch.
 */
final class DynamicWriter {
    private final Model model;
    private final Graph graph;
    private final GraphEditor edit;
    private final Function<Node, Optional<String>> exclusion;
    private final QuantConfig config;
    private final boolean perChannel;
    private final Map<String, Operand> activations = new HashMap<>();
    private final List<Skip> skips = new ArrayList<>();

    private DynamicWriter(
            Model model, Function<Node, Optional<String>> exclusion, QuantConfig config, boolean perChannel) {
        this.model = model;
        this.graph = model.graph();
        this.edit = graph.edit().forgetDeclaredValues();
        this.exclusion = exclusion;
        this.config = config;
        this.perChannel = perChannel;
    }

    /** Every product with constant weights, with a scale for each channel. */
    static Written all(ImageClassifier classifier, QuantConfig config) {
        return new DynamicWriter(classifier.model(), node -> Optional.empty(), config, true).write();
    }

    /** Fully connected layers only, with one scale a tensor: what PyTorch's {@code quantize_dynamic} leaves of a CNN. */
    static Written linearOnly(ImageClassifier classifier, QuantConfig config) {
        Function<Node, Optional<String>> convolutions = node -> node.is("Conv") || node.is("ConvTranspose")
                ? Optional.of("this scheme leaves convolutions in float")
                : Optional.empty();
        return new DynamicWriter(classifier.model(), convolutions, config, false).write();
    }

    private Written write() {
        for (Node node : graph.sorted()) {
            if (Products.contains(node)) {
                Optional<String> obstacle = exclusion.apply(node).or(() -> obstacle(node));
                if (obstacle.isPresent()) {
                    skips.add(Skip.of(node, obstacle.get()));
                } else {
                    write(node);
                }
            } else {
                Products.otherObstacle(model, node).ifPresent(obstacle -> skips.add(Skip.of(node, obstacle)));
            }
        }
        return new Written(edit.commit(), skips);
    }

    private Optional<String> obstacle(Node node) {
        if (node.is("ConvTranspose")) {
            return Optional.of("there is no integer ConvTranspose");
        }
        return Products.obstacle(graph, node)
                .or(() -> node.is("Conv") ? Products.biasObstacle(graph, node) : Optional.empty());
    }

    /** (x_q − zero) · w_q as int32, times both scales, plus the bias in float. */
    private void write(Node node) {
        ChannelWeights weights = weights(node);
        Operand x = activation(node.input(0));
        List<Node> nodes = new ArrayList<>();
        String integers = edit.freshName(node.output() + "/integer");
        Operand w = new Operand(
                edit.addConstant(node.input(1) + "/quantized", weights.unsigned()),
                edit.addConstant(node.input(1) + "/scale", alongOutputs(node, weights.scales())),
                edit.addConstant(node.input(1) + "/zero_point", ChannelWeights.unsignedZeroPoint()));
        nodes.add(product(node, x, w, integers));
        String floats = edit.freshName(node.output() + "/cast");
        nodes.add(Node.of("Cast", List.of(integers), floats).with("to", Attribute.of(DataType.FLOAT.code())));
        String scale = then(nodes, "Mul", List.of(x.scale(), w.scale()), node.output() + "/scale");
        if (node.hasInput(2)) {
            String scaled = then(nodes, "Mul", List.of(floats, scale), node.output() + "/scaled");
            nodes.add(Node.of("Add", List.of(scaled, bias(node)), node.output()));
        } else {
            nodes.add(Node.of("Mul", List.of(floats, scale), node.output()));
        }
        edit.replace(node, nodes);
    }

    private ChannelWeights weights(Node node) {
        Tensor original = graph.constant(node.input(1)).orElseThrow();
        Tensor weights = node.intAttribute("transB", 0) == 0 ? original : Matrices.transposed(original);
        return perChannel
                ? ChannelWeights.of(weights, node.is("Conv") ? 0 : 1, config.rounding())
                : ChannelWeights.perTensor(weights, config.rounding());
    }

    private static Node product(Node node, Operand x, Operand w, String output) {
        boolean convolution = node.is("Conv");
        return new Node(
                node.name(),
                Node.ONNX,
                convolution ? "ConvInteger" : "MatMulInteger",
                "",
                List.of(x.quantized(), w.quantized(), x.zeroPoint(), w.zeroPoint()),
                List.of(output),
                convolution ? node.attributes() : Map.of(),
                node.rest());
    }

    private String then(List<Node> nodes, String op, List<String> inputs, String base) {
        String output = edit.freshName(base);
        nodes.add(Node.of(op, inputs, output));
        return output;
    }

    private String bias(Node node) {
        return node.is("Conv")
                ? edit.addConstant(
                        node.input(2) + "/channels",
                        alongOutputs(node, graph.constant(node.input(2)).orElseThrow()))
                : node.input(2);
    }

    /** {@code [M]} as {@code [1, M, 1, 1]} for a convolution; products and scalars broadcast as they are. */
    private static Tensor alongOutputs(Node node, Tensor vector) {
        return node.is("Conv") && vector.rank() == 1 ? vector.reshape(1, vector.size(), 1, 1) : vector;
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
