package dev.assay.runtime;

import static java.util.Map.entry;

import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds where an artifact's values can be read without changing its kernels: the integer tensor where a value is
 * quantized, since integer kernels write it anyway; otherwise the float value, unless its only reader is a node that the
 * runtime could fuse with its producer.
 */
public final class Taps {
    /** For each operator with a quantized output: the input that holds its scale; the zero point is the next. */
    private static final Map<String, Integer> OUTPUT_SCALE = Map.ofEntries(
            entry("QuantizeLinear", 1),
            entry("com.microsoft.QuantizeLinear", 1),
            entry("QLinearConv", 6),
            entry("com.microsoft.QLinearConv", 6),
            entry("QLinearMatMul", 6),
            entry("com.microsoft.QGemm", 7),
            entry("com.microsoft.QLinearAdd", 6),
            entry("com.microsoft.QLinearMul", 6),
            entry("com.microsoft.QLinearConcat", 0),
            entry("com.microsoft.QLinearWhere", 7),
            entry("com.microsoft.QLinearAveragePool", 3),
            entry("com.microsoft.QLinearGlobalAveragePool", 3),
            entry("com.microsoft.QLinearReduceMean", 3),
            entry("com.microsoft.QLinearLeakyRelu", 3),
            entry("com.microsoft.QLinearSigmoid", 3),
            entry("com.microsoft.QLinearSoftmax", 3));

    /** Beside activations; an Add can become part of a convolution that writes on top of the other branch (measured). */
    private static final Set<String> FUSED_READERS =
            Set.of("Add", "Sub", "Mul", "Div", "Sum", "BatchNormalization", "Cast");

    private final ImageClassifier artifact;
    private final Graph graph;

    /** The taps of a model as a probe observed it. */
    public Taps(ImageClassifier artifact) {
        this.artifact = artifact;
        this.graph = artifact.model().graph();
    }

    /** The tap that gives a value, or what stands for it once it is quantized; empty where there is none. */
    public Optional<Tap> standingFor(String value) {
        DataType type = artifact.observation().of(value).map(Observed::type).orElse(null);
        if (type != DataType.FLOAT) {
            return integer(value);
        }
        Optional<Node> dequantize =
                graph.producer(value).filter(node -> node.op().equals("DequantizeLinear"));
        if (dequantize.isPresent()) {
            return integer(dequantize.get().input(0));
        }
        Optional<Node> reader = Chain.onlyReader(graph, value);
        Optional<Node> quantize = reader.filter(node -> node.op().equals("QuantizeLinear"));
        if (quantize.isPresent()) {
            return integer(quantize.get().output());
        }
        return reader.filter(Taps::couldFuse).isPresent() ? Optional.empty() : Optional.of(Tap.ofFloat(value));
    }

    private static boolean couldFuse(Node reader) {
        return Chain.isActivation(reader) || FUSED_READERS.contains(reader.op());
    }

    private Optional<Tap> integer(String value) {
        DataType type = artifact.observation().of(value).map(Observed::type).orElse(null);
        if (type != DataType.UINT8 && type != DataType.INT8) {
            return Optional.empty();
        }
        return affine(value, type);
    }

    private Optional<Tap> affine(String value, DataType type) {
        Optional<Node> dequantize = graph.consumers(value).stream()
                .filter(node -> node.op().equals("DequantizeLinear"))
                .findFirst();
        if (dequantize.isPresent()) {
            return affine(value, type, dequantize.get(), 1);
        }
        String written = value;
        Optional<Node> producer = graph.producer(written);
        while (producer.filter(Moves::is).isPresent()) {
            written = producer.get().input(0);
            producer = graph.producer(written);
        }
        return producer.flatMap(node -> Optional.ofNullable(OUTPUT_SCALE.get(node.qualifiedOp()))
                .flatMap(scale -> affine(value, type, node, scale)));
    }

    /** Scale and zero point of a whole tensor; empty where they are not constant or differ by channel. */
    private Optional<Tap> affine(String value, DataType type, Node node, int scaleInput) {
        Optional<Tensor> scale = graph.constant(node.input(scaleInput)).filter(tensor -> tensor.size() == 1);
        Optional<Integer> zeroPoint = node.hasInput(scaleInput + 1)
                ? graph.constant(node.input(scaleInput + 1))
                        .filter(tensor -> tensor.size() == 1)
                        .map(tensor -> tensor.ints()[0])
                : Optional.of(0);
        return scale.flatMap(s -> zeroPoint.map(z -> new Tap(value, type, s.floats()[0], z)));
    }
}
