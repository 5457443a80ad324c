package dev.assay.quant;

import dev.assay.ir.Attribute;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.quant.BlockWeights.Blocked;
import dev.assay.runtime.ImageClassifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Weights in 4 bits, a scale for each block.
 *
 * <p>Weight-only: DequantizeLinear-21 before each product; ONNX Runtime makes MatMulNBits of MatMul and Gemm and
 * dequantizes convolution weights on every run. With kernels: convolutions are lowered so that MatMulNBits computes
 * them too. A grouped convolution is left to the former, for one product cannot keep its groups apart.
 */
final class FourBitWriter {
    private final ImageClassifier classifier;
    private final Graph graph;
    private final GraphEditor edit;
    private final QuantConfig config;
    private final boolean onKernels;
    private final List<Skip> skips = new ArrayList<>();

    private FourBitWriter(ImageClassifier classifier, QuantConfig config, boolean onKernels) {
        this.classifier = classifier;
        this.graph = classifier.model().graph();
        this.edit = graph.edit().forgetDeclaredValues();
        this.config = config;
        this.onKernels = onKernels;
    }

    /** 4-bit weights before float products. */
    static Written weightOnly(ImageClassifier classifier, QuantConfig config) {
        return new FourBitWriter(classifier, config, false).write();
    }

    /** 4-bit products, convolutions among them. */
    static Written onKernels(ImageClassifier classifier, QuantConfig config) {
        return new FourBitWriter(classifier, config, true).write();
    }

    private Written write() {
        for (Node node : graph.sorted()) {
            if (Products.contains(node)) {
                Optional<String> obstacle = obstacle(node);
                if (obstacle.isPresent()) {
                    skips.add(Skip.of(node, obstacle.get()));
                } else {
                    edit.replace(node, node.is("Conv") ? convolution(node) : product(node));
                }
            } else {
                Products.otherObstacle(classifier.model(), node)
                        .ifPresent(obstacle -> skips.add(Skip.of(node, obstacle)));
            }
        }
        return new Written(edit.commit(), skips);
    }

    private Optional<String> obstacle(Node node) {
        return node.is("ConvTranspose")
                ? Optional.of("ConvTranspose has no 4-bit form here")
                : Products.obstacle(graph, node);
    }

    private List<Node> convolution(Node node) {
        if (!onKernels) {
            return dequantizedConvolution(node);
        }
        Optional<String> obstacle = loweringObstacle(node);
        if (obstacle.isPresent()) {
            skips.add(Skip.of(node, obstacle.get() + ": its 4-bit weights are dequantized"));
            return dequantizedConvolution(node);
        }
        Tensor weights = graph.constant(node.input(1)).orElseThrow();
        Im2Col im2col = Im2Col.of(node, weights, classifier.observation());
        List<Node> nodes = new ArrayList<>();
        String columns = im2col.write(nodes, edit);
        BlockWeights blocks = BlockWeights.of(Matrices.channelsLast(weights), (int) weights.dim(0), config);
        String channelsLast = edit.freshName(node.output() + "/channels_last");
        nodes.add(matMulNBits(node, columns, blocks, weights.dim(0), bias(node), channelsLast));
        nodes.add(Node.of("Transpose", List.of(channelsLast), node.output())
                .named(edit.freshName(node.name() + "/channels_first"))
                .with("perm", Attribute.ofLongs(0, 3, 1, 2)));
        return nodes;
    }

    private Optional<String> loweringObstacle(Node node) {
        return node.intAttribute("group", 1) != 1
                ? Optional.of("a grouped convolution cannot be one MatMulNBits")
                : Products.biasObstacle(graph, node);
    }

    /** The weights lie as a matrix, for blocks to run along all that one output sums up; Reshape makes them 4-D. */
    private List<Node> dequantizedConvolution(Node node) {
        Tensor weights = graph.constant(node.input(1)).orElseThrow();
        Blocked blocked =
                BlockWeights.of(weights.floats(), (int) weights.dim(0), config).alongSecondAxis();
        List<Node> nodes = new ArrayList<>();
        String matrix = dequantize(nodes, node.input(1), blocked, 1);
        String shaped = edit.freshName(node.input(1) + "/dequantized");
        String shape = edit.addConstant(node.input(1) + "/shape", Tensor.vector(weights.dims()));
        nodes.add(Node.of("Reshape", List.of(matrix, shape), shaped));
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.set(1, shaped);
        nodes.add(node.withInputs(inputs));
        return nodes;
    }

    private List<Node> product(Node node) {
        Tensor weights = graph.constant(node.input(1)).orElseThrow();
        Tensor byOutput = Products.rowsAreOutputs(node) ? weights : Matrices.transposed(weights);
        BlockWeights blocks = BlockWeights.of(byOutput.floats(), (int) byOutput.dim(0), config);
        if (onKernels && bias(node).isPresent() == node.hasInput(2)) {
            return List.of(matMulNBits(node, node.input(0), blocks, byOutput.dim(0), bias(node), node.output()));
        }
        List<Node> nodes = new ArrayList<>();
        String dequantized = dequantize(nodes, node.input(1), blocks.alongFirstAxis(), 0);
        if (Products.isFusedWithActivation(graph, node)
                && graph.constant(node.input(2)).isPresent()) {
            addUnfused(nodes, node, dequantized);
        } else {
            List<String> inputs = new ArrayList<>(node.inputs());
            inputs.set(1, dequantized);
            nodes.add(node.withInputs(inputs).without("transB"));
        }
        return nodes;
    }

    /**
     * The product and its bias kept apart, as {@code x·W − (−b)}: ONNX Runtime would make one Gemm of a MatMul and an Add,
     * and one float FusedGemm of that and the Relu, before it looks for 4-bit kernels (measured on 1.29.0).
     */
    private void addUnfused(List<Node> nodes, Node node, String weights) {
        Tensor original = graph.constant(node.input(2)).orElseThrow();
        float[] bias = original.floats();
        for (int i = 0; i < bias.length; i++) {
            bias[i] = -bias[i];
        }
        String negated = edit.addConstant(node.input(2) + "/negated", Tensor.ofFloats(original.dims(), bias));
        String product = edit.freshName(node.output() + "/product");
        nodes.add(Node.of("MatMul", List.of(node.input(0), weights), product).named(node.name()));
        nodes.add(Node.of("Sub", List.of(product, negated), node.output()));
    }

    /** The bias, where MatMulNBits can add it. */
    private Optional<String> bias(Node node) {
        return Products.vectorBias(graph, node).map(bias -> node.input(2));
    }

    private String dequantize(List<Node> nodes, String weight, Blocked blocked, int axis) {
        List<String> inputs = new ArrayList<>(List.of(
                edit.addConstant(weight + "/quantized", blocked.weights()),
                edit.addConstant(weight + "/scale", blocked.scales())));
        if (!config.symmetric()) {
            inputs.add(edit.addConstant(weight + "/zero_point", blocked.zeroPoints()));
        }
        String output = edit.freshName(weight + "/matrix");
        nodes.add(Node.of("DequantizeLinear", inputs, output)
                .with("axis", Attribute.of(axis))
                .with("block_size", Attribute.of(config.blockSize())));
        return output;
    }

    /** Activations stay float inside the kernel: accuracy level 0, which is also the faster (measured on 1.29.0). */
    private Node matMulNBits(
            Node node, String input, BlockWeights blocks, long outputs, Optional<String> bias, String output) {
        Blocked blocked = blocks.forMatMulNBits();
        String weight = node.input(1);
        List<String> inputs = new ArrayList<>(List.of(
                input,
                edit.addConstant(weight + "/quantized", blocked.weights()),
                edit.addConstant(weight + "/scale", blocked.scales())));
        inputs.add(config.symmetric() ? "" : edit.addConstant(weight + "/zero_point", blocked.zeroPoints()));
        inputs.add("");
        inputs.add(bias.orElse(""));
        while (inputs.get(inputs.size() - 1).isEmpty()) {
            inputs.remove(inputs.size() - 1);
        }
        // Map.of has another order in every Java machine, and the artifact's bytes would have it too.
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("K", Attribute.of(blocks.inner()));
        attributes.put("N", Attribute.of(outputs));
        attributes.put("bits", Attribute.of(4));
        attributes.put("block_size", Attribute.of(config.blockSize()));
        attributes.put("accuracy_level", Attribute.of(0));
        return new Node(
                node.name(), Node.MICROSOFT, "MatMulNBits", "", inputs, List.of(output), attributes, node.rest());
    }
}
