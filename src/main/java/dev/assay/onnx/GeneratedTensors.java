package dev.assay.onnx;

import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import java.util.Arrays;
import java.util.Map;

/**
 * Tensors that a node makes of a few constant numbers, as large as those say: 340 bytes of ConstantOfShape took 4.4 GB of
 * memory when a session was opened (measured on 1.29.0). They have the limit of tensors that lie in a file.
 */
final class GeneratedTensors {
    /** The input that holds dimensions, or how often each is repeated. */
    private static final Map<String, Integer> SIZES = Map.of("ConstantOfShape", 0, "Expand", 1, "Tile", 1);

    private static final long MOST_ELEMENTS = Integer.MAX_VALUE / Float.BYTES;

    private GeneratedTensors() {}

    static void check(Graph graph, Place place) {
        for (Node node : graph.nodes()) {
            Integer input = SIZES.get(node.qualifiedOp());
            if (input != null && node.hasInput(input)) {
                graph.constant(node.input(input))
                        .filter(sizes -> sizes.type() == DataType.INT64)
                        .ifPresent(sizes -> check(node, sizes.longs(), place));
            }
        }
    }

    private static void check(Node node, long[] sizes, Place place) {
        double elements = Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
        if (elements > MOST_ELEMENTS) {
            throw place.in("node", node.name())
                    .invalid(
                            "%s must make at most %d elements, got %s",
                            node.op(), MOST_ELEMENTS, Arrays.toString(sizes));
        }
    }
}
