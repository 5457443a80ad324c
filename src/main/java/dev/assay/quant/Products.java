package dev.assay.quant;

import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Macs;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all schemes know of products: operators that multiply and accumulate with weights on input 1, bias on input 2. */
final class Products {
    private static final Set<String> OPS = Set.of("Conv", "Gemm", "MatMul", "ConvTranspose");

    /**
     * What keeps a Gemm before it from its quantized kernel (measured on 1.29.0: a float FusedGemm or Gemm runs). Other
     * activations are fused into a Gemm too, but only after it was looked at for quantized kernels.
     */
    private static final Set<String> FUSED_FIRST = Set.of("Relu", "Clip");

    private Products() {}

    static boolean contains(Node node) {
        return OPS.contains(node.qualifiedOp());
    }

    /** Why a node stays as it is that multiplies and is none of these, or that has products inside; empty for others. */
    static Optional<String> otherObstacle(Model model, Node node) {
        if (Macs.has(node)) {
            return contains(node) ? Optional.empty() : Optional.of(QuantRules.reasonAgainst(node.qualifiedOp()));
        }
        Set<String> inside = inside(model, node)
                .filter(Macs::has)
                .map(Node::qualifiedOp)
                .collect(Collectors.toCollection(TreeSet::new));
        return inside.isEmpty()
                ? Optional.empty()
                : Optional.of("the products inside (%s) stay as they are: only nodes of the main graph are quantized"
                        .formatted(String.join(", ", inside)));
    }

    /** The nodes of its graphs and of the local function that it calls, and of theirs. */
    private static Stream<Node> inside(Model model, Node node) {
        Stream<Node> graphs = node.subgraphs().stream().flatMap(graph -> graph.nodes().stream());
        Stream<Node> body = model.functions().stream()
                .filter(function -> function.defines(node))
                .flatMap(function -> function.nodes().stream());
        return Stream.concat(graphs, body).flatMap(inner -> Stream.concat(Stream.of(inner), inside(model, inner)));
    }

    /** Why a product's weights cannot be quantized; empty when they can. */
    static Optional<String> obstacle(Graph graph, Node node) {
        Optional<Tensor> weights = graph.constant(node.input(1));
        if (weights.isEmpty() || weights.get().type() != DataType.FLOAT) {
            return Optional.of("its weights are not constant floats");
        }
        int expected = node.is("Conv") || node.is("ConvTranspose") ? 4 : 2;
        if (weights.get().rank() != expected) {
            return Optional.of(
                    "its weights have rank %d, not %d".formatted(weights.get().rank(), expected));
        }
        if (!isFinite(weights.get())) {
            return Optional.of("its weights are not all finite");
        }
        return isPlain(node)
                ? Optional.empty()
                : Optional.of("only Gemm with alpha = beta = 1 and transA = 0 is quantized");
    }

    private static boolean isFinite(Tensor weights) {
        for (float weight : weights.floats()) {
            if (!Float.isFinite(weight)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(Node node) {
        return node.floatAttribute("alpha", 1) == 1
                && node.floatAttribute("beta", 1) == 1
                && node.intAttribute("transA", 0) == 0;
    }

    /** Whether each output of a product has weights in a row of its own, rather than in a column. */
    static boolean rowsAreOutputs(Node node) {
        return node.is("Conv") || node.intAttribute("transB", 0) != 0;
    }

    /** A bias with a constant for each output, as integer and 4-bit kernels add it; empty for any other or none. */
    static Optional<Tensor> vectorBias(Graph graph, Node node) {
        long outputs = graph.constant(node.input(1))
                .map(weights -> weights.dim(rowsAreOutputs(node) ? 0 : 1))
                .orElse(-1L);
        return graph.constant(node.input(2)).filter(bias -> bias.rank() == 1 && bias.dim(0) == outputs);
    }

    /** Why the bias cannot be added by such a kernel; empty when it can, or when there is none. */
    static Optional<String> biasObstacle(Graph graph, Node node) {
        return node.hasInput(2) && vectorBias(graph, node).isEmpty()
                ? Optional.of("its bias is no constant with one element for each output")
                : Optional.empty();
    }

    /** Whether ONNX Runtime fuses the node with the activation behind it before it looks for quantized kernels. */
    static boolean isFusedWithActivation(Graph graph, Node node) {
        return node.is("Gemm")
                && graph.consumers(node.output()).stream()
                        .anyMatch(reader -> FUSED_FIRST.contains(reader.qualifiedOp()));
    }
}
