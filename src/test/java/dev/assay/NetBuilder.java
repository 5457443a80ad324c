package dev.assay;

import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Builds small nets with seeded random weights. Methods that add a node return the name of its value. */
public final class NetBuilder {
    public static final String IMAGES = "images";
    public static final String LOGITS = "logits";
    public static final int CLASSES = 5;

    private final SplittableRandom random = new SplittableRandom(11);
    private final List<Value> inputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private long opset = 17;

    private NetBuilder() {}

    /** A net on batches of RGB images, 16×16, channels first. */
    public static NetBuilder onImages() {
        return on(DataType.FLOAT, Dim.named("N"), Dim.of(3), Dim.of(16), Dim.of(16));
    }

    /** A net with an input of this type and shape. */
    public static NetBuilder on(DataType type, Dim... dims) {
        return new NetBuilder().input(IMAGES, type, dims);
    }

    public NetBuilder input(String name, DataType type, Dim... dims) {
        inputs.add(Value.of(name, type, new Shape(Arrays.asList(dims))));
        return this;
    }

    public NetBuilder opset(long version) {
        this.opset = version;
        return this;
    }

    /** Adds a node as it is. */
    public String node(Node node) {
        nodes.add(node);
        return node.output();
    }

    /** Adds a node of ONNX's own domain under the name {@code name}, which its value has too. */
    public String op(String name, String op, String... inputs) {
        return node(Node.of(op, List.of(inputs), name));
    }

    /** Adds a node with one attribute. */
    public String op(String name, String op, List<String> inputs, String attribute, Attribute value) {
        return node(Node.of(op, inputs, name).with(attribute, value));
    }

    public String constant(String name, Tensor tensor) {
        constants.put(name, tensor);
        return name;
    }

    /** A constant of normally distributed values. */
    public String random(String name, double deviation, long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elements(dims))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return constant(name, Tensor.ofFloats(dims, values));
    }

    /** A 3×3 convolution with bias that keeps the images' size. */
    public String conv(String name, String input, int channels, int filters) {
        return conv(name, input, channels, filters, 3, node -> node.with("pads", Attribute.ofLongs(1, 1, 1, 1)));
    }

    /** A convolution with bias; {@code change} sets its attributes. */
    public String conv(String name, String input, int channels, int filters, int kernel, UnaryOperator<Node> change) {
        double deviation = Math.sqrt(2.0 / (channels * kernel * kernel));
        String weights = random(name + ".weight", deviation, filters, channels, kernel, kernel);
        String bias = random(name + ".bias", 0.1, filters);
        return node(change.apply(Node.of("Conv", List.of(input, weights, bias), name)));
    }

    /** A fully connected layer with weights {@code [outputs, inputs]}, as PyTorch exports it. */
    public String gemm(String name, String input, int features, int outputs) {
        String weights = random(name + ".weight", Math.sqrt(2.0 / features), outputs, features);
        String bias = random(name + ".bias", 0.1, outputs);
        return op(name, "Gemm", List.of(input, weights, bias), "transB", Attribute.of(1));
    }

    /**
     * An If that takes the branch of these nodes, whatever the images; the last one's value becomes {@code name}. The
     * other branch has the same nodes.
     */
    public String branch(String name, List<Node> nodes) {
        String sum = op(name + ".sum", "ReduceSum", List.of(IMAGES), "keepdims", Attribute.of(0));
        String holds = op(name + ".holds", "Greater", sum, constant(name + ".least", Tensor.scalar(-1e9f)));
        return node(Node.of("If", List.of(holds), name)
                .with("then_branch", Attribute.of(body("/then", nodes)))
                .with("else_branch", Attribute.of(body("/else", nodes))));
    }

    private static Graph body(String suffix, List<Node> nodes) {
        Set<String> own =
                nodes.stream().flatMap(node -> node.outputs().stream()).collect(Collectors.toSet());
        UnaryOperator<String> renamed = value -> !value.isEmpty() && own.contains(value) ? value + suffix : value;
        List<Node> body = nodes.stream()
                .map(node -> node.withInputs(node.inputs().stream().map(renamed).toList())
                        .withOutputs(node.outputs().stream().map(renamed).toList()))
                .toList();
        Value output = Value.of(body.get(body.size() - 1).output(), DataType.FLOAT, null);
        return new Graph(
                "body", List.of(), List.of(output), List.of(), body, Map.of(), Map.of(), outer -> true, Bytes.EMPTY);
    }

    /** Mean over each channel, then a fully connected layer: the usual end of a net, up to the logits. */
    public String head(String input, int channels) {
        String pooled = op("head.pool", "GlobalAveragePool", input);
        return gemm(LOGITS, op("head.flat", "Flatten", pooled), channels, CLASSES);
    }

    /** The model, with {@link #LOGITS} as output. */
    public Model build() {
        return build(LOGITS);
    }

    /** The model with these outputs. */
    public Model build(String... outputs) {
        List<Value> values = Arrays.stream(outputs)
                .map(output -> Value.of(output, DataType.FLOAT, null))
                .toList();
        Graph graph = new Graph("net", inputs, values, List.of(), nodes, constants);
        Map<String, Long> opsets = new LinkedHashMap<>(Map.of(Node.ONNX, opset));
        if (nodes.stream().anyMatch(node -> node.domain().equals(Node.MICROSOFT))) {
            opsets.put(Node.MICROSOFT, 1L);
        }
        return new Model(opset >= 21 ? 10 : 8, opsets, graph, List.of(), Bytes.EMPTY);
    }
}
