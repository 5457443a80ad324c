package dev.assay.train.net;

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
import java.util.SplittableRandom;

/**
 * Collects the layers of a network. A method that adds one takes its name, from which those of its parameters follow as
 * in PyTorch ({@code conv1.weight}), and returns the name of its value.
 *
 * <p>Weights of convolutions are uniform with the variance of He et al. (ICCV 2015, eq. 10), which keeps activations'
 * variance over layers with Relu, those of linear layers with half of it; biases are 0, scales 1.
 */
final class NetworkWriter {
    private static final long IR_VERSION = 8;
    private static final long OPSET = 18;
    private static final float EPSILON = 1e-5f;

    private final NetworkSpec spec;
    private final SplittableRandom random;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();

    NetworkWriter(NetworkSpec spec) {
        this.spec = spec;
        this.random = new SplittableRandom(spec.seed());
    }

    /** The images, brought to mean 0 and variance 1 for each channel. */
    String normalizedImages() {
        String mean = constant("mean", perChannel(spec.mean()));
        String std = constant("std", perChannel(spec.std()));
        return add("Div", "normalized", add("Sub", "centered", Network.INPUT, mean), std);
    }

    private static Tensor perChannel(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return Tensor.ofFloats(new long[] {1, floats.length, 1, 1}, floats);
    }

    /** How a convolution moves; padding keeps the size where the stride is 1. */
    record Window(int kernel, int stride, int groups) {
        static Window of(int kernel, int stride) {
            return new Window(kernel, stride, 1);
        }
    }

    /** A convolution without bias, as stands before a normalization. */
    String conv(String name, String x, int channels, int filters, Window window) {
        int kernel = window.kernel();
        int perGroup = channels / window.groups();
        long[] dims = {filters, perGroup, kernel, kernel};
        String weight = constant(name + ".weight", weights(perGroup * kernel * kernel, dims));
        int pad = kernel / 2;
        return add(Node.of("Conv", List.of(x, weight), name)
                .with("group", Attribute.of(window.groups()))
                .with("kernel_shape", Attribute.ofLongs(kernel, kernel))
                .with("pads", Attribute.ofLongs(pad, pad, pad, pad))
                .with("strides", Attribute.ofLongs(window.stride(), window.stride())));
    }

    /** A convolution over patches that do not overlap, with bias. */
    String patches(String name, String x, int size, int filters) {
        long[] dims = {filters, 3, size, size};
        String weight = constant(name + ".weight", weights(3 * size * size, dims));
        String bias = constant(name + ".bias", filled(0, filters));
        return add(Node.of("Conv", List.of(x, weight, bias), name)
                .with("kernel_shape", Attribute.ofLongs(size, size))
                .with("strides", Attribute.ofLongs(size, size)));
    }

    String batchNorm(String name, String x, int channels) {
        List<String> inputs = List.of(
                x,
                constant(name + ".weight", filled(1, channels)),
                constant(name + ".bias", filled(0, channels)),
                constant(name + ".running_mean", filled(0, channels)),
                constant(name + ".running_var", filled(1, channels)));
        return add(Node.of("BatchNormalization", inputs, name).with("epsilon", Attribute.of(EPSILON)));
    }

    /** Over the last axis. */
    String layerNorm(String name, String x, int features) {
        List<String> inputs = List.of(
                x, constant(name + ".weight", filled(1, features)), constant(name + ".bias", filled(0, features)));
        return add(Node.of("LayerNormalization", inputs, name)
                .with("axis", Attribute.of(-1))
                .with("epsilon", Attribute.of(EPSILON)));
    }

    /** A product of the last axis with a weight {@code [inputs, outputs]}, and a bias. */
    String linear(String name, String x, int inputs, int outputs) {
        String weight = constant(name + ".weight", uniform(Math.sqrt(3.0 / inputs), inputs, outputs));
        String bias = constant(name + ".bias", filled(0, outputs));
        return add("Add", name, add("MatMul", name + ".product", x, weight), bias);
    }

    /** The mean of each channel of {@code [N, C, H, W]}, and a linear layer to the logits. */
    void classifier(String x, int channels) {
        String features = add("Flatten", "features", add("GlobalAveragePool", "pool", x));
        logits(features, channels);
    }

    /** A linear layer from {@code [N, features]} to the logits. */
    void logits(String x, int features) {
        String weight = constant("fc.weight", uniform(Math.sqrt(3.0 / features), spec.classes(), features));
        String bias = constant("fc.bias", filled(0, spec.classes()));
        add(Node.of("Gemm", List.of(x, weight, bias), Network.OUTPUT).with("transB", Attribute.of(1)));
    }

    String relu(String name, String x) {
        return add("Relu", name, x);
    }

    /** Adds a node without attributes. */
    String add(String op, String name, String... inputs) {
        return add(Node.of(op, List.of(inputs), name));
    }

    /** Adds a node. */
    String add(Node node) {
        nodes.add(node);
        return node.output();
    }

    String constant(String name, Tensor tensor) {
        if (constants.put(name, tensor) != null) {
            throw new IllegalArgumentException("two layers own '" + name + "'");
        }
        return name;
    }

    String longs(String name, long... values) {
        return constant(name, Tensor.vector(values));
    }

    /** Random weights: uniform, of variance 2 / fanIn. */
    Tensor weights(int fanIn, long... dims) {
        return uniform(Math.sqrt(6.0 / fanIn), dims);
    }

    /** Uniform in [-bound, bound]. */
    Tensor uniform(double bound, long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elements(dims))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        return Tensor.ofFloats(dims, values);
    }

    private static Tensor filled(float value, int length) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return Tensor.ofFloats(new long[] {length}, values);
    }

    /** The model, which ends in {@link Network#OUTPUT}. */
    Model model(String name) {
        Dim batch = Dim.named("N");
        Shape images = new Shape(List.of(batch, Dim.of(3), Dim.of(spec.height()), Dim.of(spec.imageWidth())));
        Graph graph = new Graph(
                name,
                List.of(Value.of(Network.INPUT, DataType.FLOAT, images)),
                List.of(Value.of(Network.OUTPUT, DataType.FLOAT, new Shape(List.of(batch, Dim.of(spec.classes()))))),
                List.of(),
                nodes,
                constants);
        return new Model(IR_VERSION, Map.of(Node.ONNX, OPSET), graph, List.of(), Bytes.EMPTY);
    }
}
