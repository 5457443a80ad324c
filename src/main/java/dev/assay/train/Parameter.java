package dev.assay.train;

import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A constant of a classifier that training changes.
 *
 * @param name of the initializer
 * @param initial its values
 * @param decays whether weight decay applies: to weights of products, not to biases, positions and normalizations
 */
record Parameter(String name, Tensor initial, boolean decays) {
    private static final Set<String> PRODUCTS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    private static final Set<String> NORMALIZATIONS =
            Set.of("BatchNormalization", "InstanceNormalization", "LayerNormalization", "GroupNormalization");

    /**
     * The parameters of a graph: FLOAT initializers, but scalars, that products read, that normalizations scale and shift by, and that
     * are added behind the first product. What is done to images before it is no parameter.
     */
    static List<Parameter> of(Graph graph) {
        Map<String, Boolean> decays = new LinkedHashMap<>();
        Set<String> behindProducts = new HashSet<>();
        for (Node node : graph.sorted()) {
            boolean isBehind = node.inputs().stream().anyMatch(behindProducts::contains);
            for (int i = 0; i < node.inputs().size(); i++) {
                Tensor tensor = graph.initializers().get(node.input(i));
                if (tensor != null && isTrainable(tensor) && isParameter(node, i, isBehind)) {
                    decays.merge(node.input(i), isWeight(node, i), Boolean::logicalAnd);
                }
            }
            if (isBehind || PRODUCTS.contains(node.qualifiedOp())) {
                behindProducts.addAll(node.outputs());
            }
        }
        List<Parameter> parameters = new ArrayList<>();
        graph.initializers().forEach((name, tensor) -> {
            Boolean decay = decays.get(name);
            if (decay != null) {
                parameters.add(new Parameter(name, tensor, decay));
            }
        });
        return List.copyOf(parameters);
    }

    /** Not an integer, and no number that a formula needs. */
    private static boolean isTrainable(Tensor tensor) {
        return tensor.type() == DataType.FLOAT && tensor.rank() > 0;
    }

    private static boolean isParameter(Node node, int input, boolean isBehind) {
        String op = node.qualifiedOp();
        return PRODUCTS.contains(op)
                || (NORMALIZATIONS.contains(op) && (input == 1 || input == 2))
                || (op.equals("Add") && isBehind);
    }

    private static boolean isWeight(Node node, int input) {
        return PRODUCTS.contains(node.qualifiedOp()) && input < 2;
    }

    int size() {
        return Math.toIntExact(initial.size());
    }
}
