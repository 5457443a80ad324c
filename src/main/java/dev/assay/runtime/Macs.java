package dev.assay.runtime;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Multiply-accumulates of a node for one image, from observed shapes. */
public final class Macs {
    @FunctionalInterface
    private interface Rule {
        long count(Node node, Shapes shapes);
    }

    /** Shapes of the values that a node reads and writes. */
    private interface Shapes {
        /** Dimensions; {@code []} where they were not seen. */
        long[] dims(String value);

        /** Number of elements that count; 0 where they were not seen. */
        long elements(String value);
    }

    /** Operators that multiply and accumulate and are counted. */
    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("Conv", (node, shapes) -> convolution(node, shapes, 1)),
            Map.entry("ConvInteger", (node, shapes) -> convolution(node, shapes, 1)),
            Map.entry("com.microsoft.FusedConv", (node, shapes) -> convolution(node, shapes, 1)),
            Map.entry("com.microsoft.NhwcFusedConv", (node, shapes) -> convolution(node, shapes, 1)),
            Map.entry("com.microsoft.nchwc.Conv", Macs::blockedConvolution),
            Map.entry("QLinearConv", (node, shapes) -> convolution(node, shapes, 3)),
            Map.entry("com.microsoft.QLinearConv", (node, shapes) -> convolution(node, shapes, 3)),
            Map.entry("ConvTranspose", (node, shapes) -> transposedConvolution(node, shapes, 1)),
            Map.entry(
                    "com.microsoft.ConvTransposeWithDynamicPads",
                    (node, shapes) -> transposedConvolution(node, shapes, 1)),
            Map.entry("com.microsoft.QLinearConvTranspose", (node, shapes) -> transposedConvolution(node, shapes, 3)),
            Map.entry("Gemm", (node, shapes) -> gemm(node, shapes)),
            Map.entry("com.microsoft.FusedGemm", (node, shapes) -> gemm(node, shapes)),
            Map.entry("com.microsoft.QGemm", (node, shapes) -> gemm(node, shapes)),
            Map.entry("MatMul", (node, shapes) -> product(node, shapes)),
            Map.entry("MatMulInteger", (node, shapes) -> product(node, shapes)),
            Map.entry("QLinearMatMul", (node, shapes) -> product(node, shapes)),
            Map.entry("com.microsoft.FusedMatMul", (node, shapes) -> product(node, shapes)),
            Map.entry("com.microsoft.TransposeMatMul", (node, shapes) -> product(node, shapes)),
            Map.entry("com.microsoft.MatMulInteger16", (node, shapes) -> product(node, shapes)),
            Map.entry("com.microsoft.MatMulIntegerToFloat", (node, shapes) -> product(node, shapes)),
            Map.entry("com.microsoft.DynamicQuantizeMatMul", (node, shapes) -> product(node, shapes)),
            Map.entry(
                    "com.microsoft.MatMulNBits",
                    (node, shapes) -> shapes.elements(node.output()) * node.intAttribute("K", 0)),
            Map.entry("Einsum", Macs::einsum),
            Map.entry("Attention", Macs::attention),
            Map.entry("com.microsoft.Attention", (node, shapes) -> projectedAttention(node, shapes, 4)),
            Map.entry("com.microsoft.QAttention", (node, shapes) -> projectedAttention(node, shapes, 8)),
            Map.entry("LSTM", Macs::recurrence),
            Map.entry("GRU", Macs::recurrence),
            Map.entry("RNN", Macs::recurrence));

    /** What a kernel on integers computes in float nevertheless. */
    private static final Map<String, Rule> IN_FLOAT =
            Map.of("com.microsoft.QAttention", (node, shapes) -> attentionBehindProjections(node, shapes, 8));

    /** Kernels that multiply and accumulate too, and are not counted. */
    private static final Set<String> UNCOUNTED = Set.of(
            "AttnLSTM",
            "CDist",
            "CausalConvWithState",
            "DeformConv",
            "DynamicQuantizeLSTM",
            "GroupQueryAttention",
            "LinearAttention",
            "MatMulBnb4",
            "MatMulFpQ4",
            "MoE",
            "MultiHeadAttention",
            "QMoE",
            "SparseAttention",
            "SparseToDenseMatMul");

    private static final Set<String> KERNELS = Stream.concat(
                    RULES.keySet().stream().map(op -> op.substring(op.lastIndexOf('.') + 1)), UNCOUNTED.stream())
            .collect(Collectors.toUnmodifiableSet());

    private final Shapes shapes;

    /** Counts for the nodes of one graph, with the shapes seen when it ran. */
    public Macs(Graph graph, Observation observation) {
        this.shapes = new SeenShapes(graph, observation);
    }

    /** The operators that multiply and accumulate, qualified by domain where that is not ONNX's. */
    public static Set<String> operators() {
        return RULES.keySet();
    }

    /** Whether the node multiplies and accumulates. */
    public static boolean has(Node node) {
        return RULES.containsKey(node.qualifiedOp());
    }

    /** Whether a kernel of this name, whatever its domain, multiplies and accumulates. */
    static boolean isKernel(String op) {
        return KERNELS.contains(op);
    }

    /** Multiply-accumulates for one image; 0 for other operators and for nodes whose shapes were not observed. */
    public long of(Node node) {
        return count(RULES, node, shapes);
    }

    /** Those of them that a kernel computes in float though it is one on integers. */
    long inFloat(Node node) {
        return count(IN_FLOAT, node, shapes);
    }

    /** Multiply-accumulates of one call of a kernel for its whole batch; empty where the profile does not tell. */
    static OptionalLong of(ExecutedNode ran) {
        return ran.optimizedNode()
                .filter(node -> has(node) && !ran.shapes().isEmpty())
                .map(node -> OptionalLong.of(count(RULES, node, new ProfiledShapes(ran.shapes()))))
                .orElse(OptionalLong.empty());
    }

    /** Those of them that it computes in float though it is one on integers. */
    static long inFloat(ExecutedNode ran) {
        return ran.optimizedNode()
                .map(node -> count(IN_FLOAT, node, new ProfiledShapes(ran.shapes())))
                .orElse(0L);
    }

    private static long count(Map<String, Rule> rules, Node node, Shapes shapes) {
        Rule rule = rules.get(node.qualifiedOp());
        return rule == null ? 0 : rule.count(node, shapes);
    }

    /** out elements · (weight elements / output channels): weight is {@code [M, C/group, k…]}. */
    private static long convolution(Node node, Shapes shapes, int weightInput) {
        long[] weight = shapes.dims(node.input(weightInput));
        return weight.length == 0 || weight[0] == 0
                ? 0
                : shapes.elements(node.output()) * (Tensor.elements(weight) / weight[0]);
    }

    /**
     * As {@link #convolution}, with the channels that fill blocks. One product an element is none: so a
     * BatchNormalization is computed.
     */
    private static long blockedConvolution(Node node, Shapes shapes) {
        long macs = convolution(node, shapes, 1);
        return macs == shapes.elements(node.output()) ? 0 : macs;
    }

    /** in elements · (weight elements / input channels): weight is {@code [C, M/group, k…]}. */
    private static long transposedConvolution(Node node, Shapes shapes, int weightInput) {
        long[] weight = shapes.dims(node.input(weightInput));
        return weight.length == 0 || weight[0] == 0
                ? 0
                : shapes.elements(node.input(0)) * (Tensor.elements(weight) / weight[0]);
    }

    private static long gemm(Node node, Shapes shapes) {
        long[] a = shapes.dims(node.input(0));
        int inner = node.intAttribute("transA", 0) == 0 ? 1 : 0;
        return a.length < 2 ? 0 : shapes.elements(node.output()) * a[inner];
    }

    private static long product(Node node, Shapes shapes) {
        long[] a = shapes.dims(node.input(0));
        int inner = a.length - (node.intAttribute("transA", 0) == 0 ? 1 : 2);
        return inner < 0 ? 0 : shapes.elements(node.output()) * a[inner];
    }

    private static long einsum(Node node, Shapes shapes) {
        return EinsumMacs.count(
                node.textAttribute("equation", ""),
                node.inputs().stream().map(shapes::dims).toList());
    }

    /** Attention-23: (query elements + out elements) · keys, of {@code [N, S, C]} or {@code [N, heads, S, C]}. */
    private static long attention(Node node, Shapes shapes) {
        long[] keys = shapes.dims(node.input(1));
        long[] past = shapes.dims(node.input(4));
        return keys.length < 3
                ? 0
                : (shapes.elements(node.input(0)) + shapes.elements(node.output()))
                        * (keys[keys.length - 2] + (past.length == 4 ? past[2] : 0));
    }

    /** The projections of {@code [N, S, C]} with weights {@code [C, Q + K + V]}, and what attends behind them. */
    private static long projectedAttention(Node node, Shapes shapes, int pastInput) {
        long[] weights = shapes.dims(node.input(1));
        return weights.length < 2
                ? 0
                : shapes.elements(node.input(0)) * weights[1] + attentionBehindProjections(node, shapes, pastInput);
    }

    /** (query elements + out elements) · keys; out is {@code [N, S, V]}, and Q = K. */
    private static long attentionBehindProjections(Node node, Shapes shapes, int pastInput) {
        long[] in = shapes.dims(node.input(0));
        long[] weights = shapes.dims(node.input(1));
        long[] out = shapes.dims(node.output());
        long[] past = shapes.dims(node.input(pastInput));
        if (in.length < 3 || weights.length < 2 || out.length < 3 || in[2] == 0) {
            return 0;
        }
        long queries = shapes.elements(node.input(0)) / in[2] * ((weights[1] - out[2]) / 2);
        return (queries + shapes.elements(node.output())) * (in[1] + (past.length == 5 ? past[3] : 0));
    }

    /** Steps of all sequences {@code […, …, C]} · elements of the weights for input and state. */
    private static long recurrence(Node node, Shapes shapes) {
        long[] in = shapes.dims(node.input(0));
        long[] weights = shapes.dims(node.input(1));
        long[] stateWeights = shapes.dims(node.input(2));
        return in.length < 3 || in[2] == 0 || weights.length < 3 || stateWeights.length < 3
                ? 0
                : shapes.elements(node.input(0)) / in[2] * (Tensor.elements(weights) + Tensor.elements(stateWeights));
    }

    /** Shapes for a batch of one: observed, or of a constant. */
    private record SeenShapes(Graph graph, Observation observation) implements Shapes {
        @Override
        public long[] dims(String value) {
            Optional<long[]> constant = graph.constant(value).map(Tensor::dims);
            return constant.or(() -> observation.of(value).map(observed -> observed.shapeAt(1)))
                    .orElse(new long[0]);
        }

        /** What each image adds. */
        @Override
        public long elements(String value) {
            return observation.of(value).map(Observed::elementsPerImage).orElse(0L);
        }
    }

    /** Shapes in one call of a kernel. */
    private record ProfiledShapes(Map<String, List<Long>> shapes) implements Shapes {
        @Override
        public long[] dims(String value) {
            return shapes.getOrDefault(value, List.of()).stream()
                    .mapToLong(Long::longValue)
                    .toArray();
        }

        @Override
        public long elements(String value) {
            return shapes.containsKey(value) ? Tensor.elements(dims(value)) : 0;
        }
    }
}
