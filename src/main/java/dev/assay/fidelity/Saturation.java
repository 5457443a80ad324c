package dev.assay.fidelity;

import static java.util.Map.entry;

import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.OptimizedGraph;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Could a deployment answer differently on another x86 CPU?
 *
 * <p>Without VNNI, ONNX Runtime's kernels for u8 activations and s8 weights add two products in 16 bits with saturation
 * ({@code vpmaddubsw}); with VNNI, on ARM, and with weights in u8 they add in 32 bits. Which two weights meet depends on
 * the kernel (convolutions run over positions before channels or the other way round), so every two weights of a filter
 * are taken to: the bound holds for any order, and kernels that never pair (depthwise ones) are safer than it says.
 * Weights within ±64 are always safe.
 *
 * @param layers executed layers with u8 activations and constant s8 weights
 * @param layersAtRisk those among them with a bound above 1
 * @param worstNode the layer with the largest bound; null without layers
 * @param worstBound the largest possible |pair sum| over 32767: 255 times the sum of the two largest weights of one sign
 */
public record Saturation(
        int layers, int layersAtRisk, @Nullable String worstNode, double worstBound) {
    private static final int LARGEST_ACTIVATION = 255;
    private static final double LIMIT = Short.MAX_VALUE;

    /** Which inputs of an operator hold weights and the activations' zero point, and how filters lie in the weights. */
    private record Operands(int weights, int zeroPoint, boolean filterIsRow) {}

    private static final Map<String, Operands> OPERANDS = Map.ofEntries(
            entry("QLinearConv", new Operands(3, 2, true)),
            entry("ConvInteger", new Operands(1, 2, true)),
            entry("QGemm", new Operands(3, 2, false)),
            entry("QLinearMatMul", new Operands(3, 2, false)),
            entry("MatMulInteger", new Operands(1, 2, false)),
            entry("MatMulIntegerToFloat", new Operands(1, 4, false)),
            entry("DynamicQuantizeMatMul", new Operands(1, -1, false)));

    /** Looks at the nodes that a deployment executes; empty where its provider does not show them. */
    public static Optional<Saturation> of(Path artifact, SessionSpec spec) {
        return OptimizedGraph.of(artifact, spec).map(Saturation::of);
    }

    /** Looks at the nodes of an executed graph. */
    static Saturation of(Graph executed) {
        int layers = 0;
        int atRisk = 0;
        String worstNode = null;
        double worst = 0;
        for (Node node : executed.sorted()) {
            Optional<Double> bound = bound(executed, node);
            if (bound.isPresent()) {
                layers++;
                atRisk += bound.get() > 1 ? 1 : 0;
                if (worstNode == null || bound.get() > worst) {
                    worst = bound.get();
                    worstNode = OptimizedGraph.originalName(node.name());
                }
            }
        }
        return new Saturation(layers, atRisk, worstNode, worst);
    }

    private static Optional<Double> bound(Graph graph, Node node) {
        Operands operands = OPERANDS.get(node.op());
        if (operands == null || !hasUnsignedActivations(graph, node, operands)) {
            return Optional.empty();
        }
        boolean filterIsRow = operands.filterIsRow() || node.intAttribute("transB", 0) != 0;
        return graph.constant(node.input(operands.weights()))
                .filter(weights -> weights.type() == DataType.INT8 && weights.rank() >= 2)
                .map(weights -> LARGEST_ACTIVATION * largestPairSum(weights, filterIsRow) / LIMIT);
    }

    /** A zero point that is computed at run time comes from DynamicQuantizeLinear, which is unsigned, as is its default. */
    private static boolean hasUnsignedActivations(Graph graph, Node node, Operands operands) {
        return operands.zeroPoint() < 0
                || graph.constant(node.input(operands.zeroPoint()))
                        .map(zero -> zero.type() == DataType.UINT8)
                        .orElse(true);
    }

    /**
     * The largest |sum| of two weights of one sign in one filter.
     *
     * @param filterIsRow whether a filter is {@code weights[m, …]}, as in {@code [M, C, k…]}; otherwise it is a column of
     *     the last two axes, as in {@code [K, N]}
     */
    private static int largestPairSum(Tensor weights, boolean filterIsRow) {
        int[] values = weights.ints();
        int columns = filterIsRow ? 1 : (int) weights.dim(weights.rank() - 1);
        int length = (int) (filterIsRow ? weights.size() / weights.dim(0) : weights.dim(weights.rank() - 2));
        int largest = 0;
        for (int filter = 0; filter < values.length / length; filter++) {
            int start = filter / columns * columns * length + filter % columns;
            largest = Math.max(largest, largestPairSum(values, start, columns, length));
        }
        return largest;
    }

    private static int largestPairSum(int[] values, int start, int stride, int length) {
        int highest = 0;
        int secondHighest = 0;
        int lowest = 0;
        int secondLowest = 0;
        for (int k = 0; k < length; k++) {
            int weight = values[start + k * stride];
            secondHighest = Math.max(secondHighest, Math.min(weight, highest));
            highest = Math.max(highest, weight);
            secondLowest = Math.min(secondLowest, Math.max(weight, lowest));
            lowest = Math.min(lowest, weight);
        }
        return Math.max(highest + secondHighest, -(lowest + secondLowest));
    }
}
