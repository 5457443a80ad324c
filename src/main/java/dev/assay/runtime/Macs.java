package dev.assay.runtime;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Multiply-accumulates of a node for one image, from observed shapes. */
public final class Macs {
    @FunctionalInterface
    private interface Rule {
        long count(Node node, Shapes shapes);
    }

    /** Operators that multiply and accumulate; everything else counts as none. */
    private static final Map<String, Rule> RULES = Map.ofEntries(
            Map.entry("Conv", (node, shapes) -> convolution(node, shapes, 1)),
            Map.entry("ConvInteger", (node, shapes) -> convolution(node, shapes, 1)),
            Map.entry("com.microsoft.FusedConv", (node, shapes) -> convolution(node, shapes, 1)),
            Map.entry("QLinearConv", (node, shapes) -> convolution(node, shapes, 3)),
            Map.entry("com.microsoft.QLinearConv", (node, shapes) -> convolution(node, shapes, 3)),
            Map.entry("ConvTranspose", Macs::transposedConvolution),
            Map.entry("Gemm", (node, shapes) -> gemm(node, shapes)),
            Map.entry("com.microsoft.QGemm", (node, shapes) -> gemm(node, shapes)),
            Map.entry("MatMul", (node, shapes) -> product(node, shapes)),
            Map.entry("MatMulInteger", (node, shapes) -> product(node, shapes)),
            Map.entry("QLinearMatMul", (node, shapes) -> product(node, shapes)),
            Map.entry("com.microsoft.FusedMatMul", (node, shapes) -> product(node, shapes)),
            Map.entry("com.microsoft.MatMulIntegerToFloat", (node, shapes) -> product(node, shapes)),
            Map.entry("com.microsoft.DynamicQuantizeMatMul", (node, shapes) -> product(node, shapes)),
            Map.entry(
                    "com.microsoft.MatMulNBits",
                    (node, shapes) -> shapes.perImage(node.output()) * node.intAttribute("K", 0)));

    private final Shapes shapes;

    /** Counts for the nodes of one graph, with the shapes seen when it ran. */
    public Macs(Graph graph, Observation observation) {
        this.shapes = new Shapes(graph, observation);
    }

    /** The operators that multiply and accumulate, qualified by domain where that is not ONNX's. */
    public static Set<String> operators() {
        return RULES.keySet();
    }

    /** Whether the node multiplies and accumulates. */
    public static boolean has(Node node) {
        return RULES.containsKey(node.qualifiedOp());
    }

    /** Multiply-accumulates for one image; 0 for other operators and for nodes whose shapes were not observed. */
    public long of(Node node) {
        Rule rule = RULES.get(node.qualifiedOp());
        return rule == null ? 0 : rule.count(node, shapes);
    }

    /** out elements · (weight elements / output channels): weight is {@code [M, C/group, k…]}. */
    private static long convolution(Node node, Shapes shapes, int weightInput) {
        long[] weight = shapes.dims(node.input(weightInput));
        return weight.length == 0 || weight[0] == 0
                ? 0
                : shapes.perImage(node.output()) * (Tensor.elements(weight) / weight[0]);
    }

    /** in elements · (weight elements / input channels): weight is {@code [C, M/group, k…]}. */
    private static long transposedConvolution(Node node, Shapes shapes) {
        long[] weight = shapes.dims(node.input(1));
        return weight.length == 0 || weight[0] == 0
                ? 0
                : shapes.perImage(node.input(0)) * (Tensor.elements(weight) / weight[0]);
    }

    private static long gemm(Node node, Shapes shapes) {
        long[] a = shapes.dims(node.input(0));
        int inner = node.intAttribute("transA", 0) == 0 ? 1 : 0;
        return a.length < 2 ? 0 : shapes.perImage(node.output()) * a[inner];
    }

    private static long product(Node node, Shapes shapes) {
        long[] a = shapes.dims(node.input(0));
        int inner = a.length - (node.intAttribute("transA", 0) == 0 ? 1 : 2);
        return inner < 0 ? 0 : shapes.perImage(node.output()) * a[inner];
    }

    /** Shapes for a batch of one: observed, or of a constant. */
    private record Shapes(Graph graph, Observation observation) {
        long[] dims(String value) {
            Optional<long[]> constant = graph.constant(value).map(Tensor::dims);
            return constant.or(() -> observation.of(value).map(observed -> observed.shapeAt(1)))
                    .orElse(new long[0]);
        }

        long perImage(String value) {
            return observation.of(value).map(Observed::elementsPerImage).orElse(0L);
        }
    }
}
