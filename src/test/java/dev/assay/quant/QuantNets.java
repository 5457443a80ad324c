package dev.assay.quant;

import dev.assay.NetBuilder;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** The nets that quantization is tested on. */
final class QuantNets {
    /** The node that a {@link #CASES case} is about. */
    static final String SUBJECT = "subject";

    /** For each operator with a quantization rule: a net in which a node of it, between convolutions, is the subject. */
    static final Map<String, Model> CASES = Map.ofEntries(
            between("Conv", (net, x) -> net.conv(SUBJECT, x, 8, 8)),
            Map.entry("Gemm", gemm()),
            Map.entry("MatMul", matMul()),
            between("Add", (net, x) -> net.op(SUBJECT, "Add", x, net.conv("other", x, 8, 8))),
            between("Mul", (net, x) -> net.op(SUBJECT, "Mul", x, net.op("gate", "Sigmoid", x))),
            between("Concat", QuantNets::concat),
            between("Where", QuantNets::where),
            between("AveragePool", (net, x) -> net.node(pool("AveragePool", x))),
            Map.entry("GlobalAveragePool", globalAveragePool()),
            between("Sigmoid", (net, x) -> net.op(SUBJECT, "Sigmoid", x)),
            between("Softmax", (net, x) -> net.op(SUBJECT, "Softmax", List.of(x), "axis", Attribute.of(1))),
            between("LeakyRelu", (net, x) -> net.op(SUBJECT, "LeakyRelu", x)),
            between("MaxPool", (net, x) -> net.node(pool("MaxPool", x))),
            between(
                    "Reshape",
                    (net, x) -> net.op(SUBJECT, "Reshape", x, net.constant("shape", Tensor.vector(0, 8, 8, 32)))),
            Map.entry("Flatten", flatten()),
            between(
                    "Transpose",
                    (net, x) -> net.op(SUBJECT, "Transpose", List.of(x), "perm", Attribute.ofLongs(0, 1, 3, 2))),
            Map.entry("Squeeze", squeeze()),
            between("Unsqueeze", QuantNets::unsqueeze),
            between("Slice", QuantNets::slice),
            between("Split", QuantNets::split),
            between(
                    "Gather",
                    (net, x) -> net.op(
                            SUBJECT,
                            "Gather",
                            List.of(x, net.constant("order", Tensor.vector(7, 6, 5, 4, 3, 2, 1, 0))),
                            "axis",
                            Attribute.of(1))),
            between("GatherElements", QuantNets::gatherElements),
            between("Resize", QuantNets::resize),
            between("Tile", (net, x) -> net.op(SUBJECT, "Tile", x, net.constant("repeats", Tensor.vector(1, 1, 1, 2)))),
            between("Expand", QuantNets::expand),
            between("DepthToSpace", QuantNets::depthToSpace),
            between("ReduceMax", (net, x) -> net.op(SUBJECT, "ReduceMax", List.of(x), "axes", Attribute.ofLongs(2, 3))),
            between(
                    "ReduceMin",
                    (net, x) -> net.op(SUBJECT, "ReduceMin", List.of(x), "axes", Attribute.ofLongs(2, 3))));

    private QuantNets() {}

    private static Map.Entry<String, Model> between(String op, BiFunction<NetBuilder, String, String> subject) {
        NetBuilder net = NetBuilder.onImages();
        String before = net.conv("before", NetBuilder.IMAGES, 3, 8);
        String after = net.conv("after", subject.apply(net, before), 8, 8);
        net.head(net.op("relu", "Relu", after), 8);
        return Map.entry(op, net.build());
    }

    private static Node pool(String op, String input) {
        return Node.of(op, List.of(input), SUBJECT)
                .with("kernel_shape", Attribute.ofLongs(2, 2))
                .with("strides", Attribute.ofLongs(2, 2));
    }

    private static String concat(NetBuilder net, String x) {
        String other = net.conv("other", x, 8, 8);
        String both = net.op(SUBJECT, "Concat", List.of(x, other), "axis", Attribute.of(1));
        return net.conv("joined", both, 16, 8, 1, node -> node);
    }

    private static String where(NetBuilder net, String x) {
        String bright = net.op("bright", "Greater", x, net.constant("threshold", Tensor.scalar(0.2f)));
        return net.op(SUBJECT, "Where", bright, x, net.conv("other", x, 8, 8));
    }

    private static String unsqueeze(NetBuilder net, String x) {
        String wide = net.op(SUBJECT, "Unsqueeze", x, net.constant("axis", Tensor.vector(2)));
        return net.op("narrow", "Squeeze", wide, net.constant("same_axis", Tensor.vector(2)));
    }

    /** As a ShuffleNet does: one half passes, the other is convolved. */
    private static String split(NetBuilder net, String x) {
        String parts = net.constant("parts", Tensor.vector(5, 3));
        net.node(Node.of("Split", List.of(x, parts), "left", "right")
                .named(SUBJECT)
                .with("axis", Attribute.of(1)));
        return net.op(
                "joined", "Concat", List.of("left", net.conv("convolved", "right", 3, 3)), "axis", Attribute.of(1));
    }

    private static String slice(NetBuilder net, String x) {
        return net.op(
                SUBJECT,
                "Slice",
                x,
                net.constant("starts", Tensor.vector(2, 2)),
                net.constant("ends", Tensor.vector(14, 14)),
                net.constant("axes", Tensor.vector(2, 3)));
    }

    /** Some channels, in another order: as many as the images have. */
    private static String gatherElements(NetBuilder net, String x) {
        String order = net.constant("order", Tensor.vector(7, 2, 5).reshape(1, 3, 1, 1));
        String channels = net.op("channels", "Expand", order, net.op("shape", "Shape", NetBuilder.IMAGES));
        String some = net.op(SUBJECT, "GatherElements", List.of(x, channels), "axis", Attribute.of(1));
        return net.conv("some", some, 3, 8);
    }

    private static String expand(NetBuilder net, String x) {
        String pooled = net.op("pooled", "GlobalAveragePool", x);
        return net.op(SUBJECT, "Expand", pooled, net.constant("shape", Tensor.vector(1, 8, 4, 4)));
    }

    private static String depthToSpace(NetBuilder net, String x) {
        String wide = net.conv("wide", x, 8, 32);
        return net.op(SUBJECT, "DepthToSpace", List.of(wide), "blocksize", Attribute.of(2));
    }

    private static String resize(NetBuilder net, String x) {
        String scales = net.constant("scales", Tensor.ofFloats(new long[] {4}, 1, 1, 2, 2));
        return net.node(Node.of("Resize", List.of(x, "", scales), SUBJECT)
                .with("mode", Attribute.of("nearest"))
                .with("coordinate_transformation_mode", Attribute.of("asymmetric"))
                .with("nearest_mode", Attribute.of("floor")));
    }

    private static Model gemm() {
        NetBuilder net = NetBuilder.onImages();
        String flat = net.op(
                "flat", "Flatten", net.op("pool", "GlobalAveragePool", net.conv("conv", NetBuilder.IMAGES, 3, 8)));
        net.gemm(NetBuilder.LOGITS, net.op("relu", "Relu", net.gemm(SUBJECT, flat, 8, 16)), 16, NetBuilder.CLASSES);
        return net.build();
    }

    /** Tokens as a transformer has them, {@code [N, 64, 8]}: a product with weights, then one of two activations. */
    private static Model matMul() {
        NetBuilder net = NetBuilder.onImages();
        String conv =
                net.conv("conv", NetBuilder.IMAGES, 3, 8, 2, node -> node.with("strides", Attribute.ofLongs(2, 2)));
        String rows = net.op("rows", "Reshape", conv, net.constant("shape", Tensor.vector(0, 8, 64)));
        String tokens = net.op("tokens", "Transpose", List.of(rows), "perm", Attribute.ofLongs(0, 2, 1));
        String values = net.op(SUBJECT, "MatMul", tokens, net.random("w", 0.4, 8, 8));
        String attention = net.op("attention", "MatMul", rows, values);
        net.gemm(NetBuilder.LOGITS, net.op("flat", "Flatten", attention), 64, NetBuilder.CLASSES);
        return net.build();
    }

    private static Model globalAveragePool() {
        NetBuilder net = NetBuilder.onImages();
        String pooled = net.op(SUBJECT, "GlobalAveragePool", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        net.gemm(NetBuilder.LOGITS, net.op("flat", "Flatten", pooled), 8, NetBuilder.CLASSES);
        return net.build();
    }

    private static Model flatten() {
        NetBuilder net = NetBuilder.onImages();
        String conv = net.conv("conv", NetBuilder.IMAGES, 3, 2);
        net.gemm(NetBuilder.LOGITS, net.op(SUBJECT, "Flatten", conv), 512, NetBuilder.CLASSES);
        return net.build();
    }

    private static Model squeeze() {
        NetBuilder net = NetBuilder.onImages();
        String pooled = net.op("pool", "GlobalAveragePool", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        String flat = net.op(SUBJECT, "Squeeze", pooled, net.constant("axes", Tensor.vector(2, 3)));
        net.gemm(NetBuilder.LOGITS, flat, 8, NetBuilder.CLASSES);
        return net.build();
    }

    /** Nets as they come, to run every scheme on. */
    static final Map<String, Model> SHAPES = Map.ofEntries(
            Map.entry("residual", residual()),
            Map.entry("pre-activation", preActivation()),
            Map.entry("depthwise", depthwise()),
            Map.entry("two hidden layers", gemm()),
            Map.entry("tokens", matMul()),
            Map.entry("channels last", channelsLast()),
            Map.entry("fixed batch", fixedBatch()),
            Map.entry("probabilities", probabilities()),
            Map.entry("clipped", clipped()),
            Map.entry("two heads", twoHeads()),
            Map.entry("hidden tanh", hidden("Tanh")),
            Map.entry("asymmetric pads", convolution(3, 1, node -> node.with("pads", Attribute.ofLongs(0, 1, 2, 1)))),
            Map.entry("same upper", convolution(3, 2, node -> node.with("auto_pad", Attribute.of("SAME_UPPER")))),
            Map.entry("same lower", convolution(3, 2, node -> node.with("auto_pad", Attribute.of("SAME_LOWER")))),
            Map.entry("valid", convolution(5, 2, node -> node.with("auto_pad", Attribute.of("VALID")))),
            Map.entry("dilated", convolution(3, 1, node -> node.with("dilations", Attribute.ofLongs(2, 3))
                    .with("pads", Attribute.ofLongs(2, 3, 2, 3)))),
            Map.entry("even kernel", convolution(2, 2, node -> node)));

    private static Model residual() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu0", "Relu", net.conv("conv0", NetBuilder.IMAGES, 3, 8));
        for (int block = 1; block <= 2; block++) {
            String inner = net.op("relu" + block + "a", "Relu", net.conv("conv" + block + "a", x, 8, 8));
            String sum = net.op("sum" + block, "Add", net.conv("conv" + block + "b", inner, 8, 8), x);
            x = net.op("relu" + block + "b", "Relu", sum);
        }
        net.head(x, 8);
        return net.build();
    }

    private static Model preActivation() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.conv("conv0", NetBuilder.IMAGES, 3, 8);
        String normal = net.node(batchNorm(net, "bn", x, 8));
        String sum = net.op("sum", "Add", x, net.conv("conv1", net.op("relu", "Relu", normal), 8, 8));
        net.head(sum, 8);
        return net.build();
    }

    static Node batchNorm(NetBuilder net, String name, String input, int channels) {
        float[] variance = new float[channels];
        for (int c = 0; c < channels; c++) {
            variance[c] = 0.3f + 0.1f * c;
        }
        return Node.of(
                "BatchNormalization",
                List.of(
                        input,
                        net.random(name + ".gamma", 1, channels),
                        net.random(name + ".beta", 0.2, channels),
                        net.random(name + ".mean", 0.2, channels),
                        net.constant(name + ".variance", Tensor.ofFloats(new long[] {channels}, variance))),
                name);
    }

    private static Model depthwise() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu0", "Relu", net.conv("conv0", NetBuilder.IMAGES, 3, 8));
        String each = net.conv("each", x, 1, 8, 3, node -> node.with("group", Attribute.of(8))
                .with("pads", Attribute.ofLongs(1, 1, 1, 1)));
        net.head(net.op("relu2", "Relu", net.conv("point", net.op("relu1", "Relu", each), 8, 16, 1, node -> node)), 16);
        return net.build();
    }

    private static Model channelsLast() {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.named("N"), Dim.of(16), Dim.of(16), Dim.of(3));
        String first = net.op("first", "Transpose", List.of(NetBuilder.IMAGES), "perm", Attribute.ofLongs(0, 3, 1, 2));
        net.head(net.op("relu", "Relu", net.conv("conv", first, 3, 8)), 8);
        return net.build();
    }

    private static Model fixedBatch() {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, Dim.of(1), Dim.of(3), Dim.of(16), Dim.of(16));
        String relu = net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 2));
        String flat = net.op("flat", "Reshape", relu, net.constant("shape", Tensor.vector(1, 512)));
        net.gemm(NetBuilder.LOGITS, flat, 512, NetBuilder.CLASSES);
        return net.build();
    }

    private static Model probabilities() {
        NetBuilder net = NetBuilder.onImages();
        net.head(net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 8)), 8);
        return net.build(net.op("probabilities", "Softmax", List.of(NetBuilder.LOGITS), "axis", Attribute.of(1)));
    }

    private static Model clipped() {
        NetBuilder net = NetBuilder.onImages();
        String low = net.constant("zero", Tensor.scalar(0));
        String high = net.constant("six", Tensor.scalar(6));
        String clip = net.op("relu6", "Clip", net.conv("conv0", NetBuilder.IMAGES, 3, 8), low, high);
        String narrow = net.op(
                "hard",
                "Clip",
                net.conv("conv1", clip, 8, 8),
                net.constant("low", Tensor.scalar(-0.3f)),
                net.constant("high", Tensor.scalar(0.4f)));
        net.head(narrow, 8);
        return net.build();
    }

    private static Model twoHeads() {
        NetBuilder net = NetBuilder.onImages();
        String x = net.op("relu", "Relu", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        net.head(x, 8);
        return net.build(NetBuilder.LOGITS, net.conv("boxes", x, 8, 4));
    }

    /** A hidden layer with an activation behind it; a Clip is from 0 to 6. */
    static Model hidden(String activation) {
        NetBuilder net = NetBuilder.onImages();
        String pooled = net.op("pool", "GlobalAveragePool", net.conv("conv", NetBuilder.IMAGES, 3, 8));
        String hidden = net.gemm("hidden", net.op("flat", "Flatten", pooled), 8, 16);
        String active = activation.equals("Clip")
                ? net.op(
                        "active",
                        "Clip",
                        hidden,
                        net.constant("low", Tensor.scalar(0)),
                        net.constant("high", Tensor.scalar(6)))
                : net.op("active", activation, hidden);
        net.gemm(NetBuilder.LOGITS, active, 16, NetBuilder.CLASSES);
        return net.build();
    }

    private static Model convolution(int kernel, int stride, UnaryOperator<Node> change) {
        NetBuilder net = NetBuilder.onImages();
        String conv = net.conv("conv", NetBuilder.IMAGES, 3, 8, kernel, node -> change.apply(node)
                .with("strides", Attribute.ofLongs(stride, stride)));
        net.head(net.op("relu", "Relu", conv), 8);
        return net.build();
    }
}
