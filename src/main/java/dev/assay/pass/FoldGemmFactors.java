package dev.assay.pass;

import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Multiplies a Gemm's factors alpha and beta into its constant weights and bias, which rounds each element to a float once
 * more, and not at all when the factor is a power of two.
 *
 * <p>With factors and a bias a Gemm has no integer kernel (measured on 1.29.0: QGemm takes alpha only where there is no
 * bias).
 */
public final class FoldGemmFactors implements Pass {
    @Override
    public Outcome apply(Graph graph) {
        GraphEditor edit = graph.edit();
        List<String> skips = new ArrayList<>();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (node.is("Gemm") && (factor(node, "alpha") != 1 || factor(node, "beta") != 1)) {
                Optional<Node> folded = folded(graph, edit, node);
                if (folded.isPresent()) {
                    edit.replace(node, List.of(folded.get()));
                    changed = true;
                } else {
                    skips.add("%s: not folded because what it would scale is not constant, or not finite then"
                            .formatted(node.name()));
                }
            }
        }
        return new Outcome(changed ? edit.commit() : graph, changed, skips);
    }

    private static float factor(Node node, String attribute) {
        return node.floatAttribute(attribute, 1);
    }

    private static Optional<Node> folded(Graph graph, GraphEditor edit, Node node) {
        Optional<String> weights = scaled(graph, edit, node.input(1), factor(node, "alpha"));
        Optional<String> bias =
                node.hasInput(2) ? scaled(graph, edit, node.input(2), factor(node, "beta")) : Optional.of("");
        if (weights.isEmpty() || bias.isEmpty()) {
            return Optional.empty();
        }
        List<String> inputs = new ArrayList<>(List.of(node.input(0), weights.get()));
        if (node.hasInput(2)) {
            inputs.add(bias.get());
        }
        return Optional.of(node.withInputs(inputs).without("alpha").without("beta"));
    }

    /** The name of a constant of the products; empty where they are not constant or not all finite. */
    private static Optional<String> scaled(Graph graph, GraphEditor edit, String value, float factor) {
        if (factor == 1) {
            return Optional.of(value);
        }
        Optional<Tensor> constant = graph.constant(value).filter(tensor -> tensor.type() == DataType.FLOAT);
        if (constant.isEmpty()) {
            return Optional.empty();
        }
        float[] products = constant.get().floats();
        for (int i = 0; i < products.length; i++) {
            products[i] *= factor;
            if (!Float.isFinite(products[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(edit.addConstant(
                value + "/scaled", Tensor.ofFloats(constant.get().dims(), products)));
    }
}
