package dev.assay.train;

import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.OptimizedGraph;
import dev.assay.runtime.SessionSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How many channels a block of the runtime's blocked kernels has: as many floats as the processor computes with at once.
 * It is read off what the runtime makes of a small model on this machine.
 */
final class BlockSize {
    private static final int PROBE_CHANNELS = 64;

    private BlockSize() {}

    /** As the runtime lays out a constant weight on this machine; empty where it does so in no way known here. */
    static OptionalInt ofThisMachine() {
        int n = PROBE_CHANNELS;
        float[] numbered = new float[n * n];
        for (int i = 0; i < numbered.length; i++) {
            numbered[i] = i;
        }
        Shape images = new Shape(List.of(Dim.of(1), Dim.of(n), Dim.of(n), Dim.of(n)));
        Graph graph = new Graph(
                "probe",
                List.of(Value.of("x", DataType.FLOAT, images)),
                List.of(Value.of("y", DataType.FLOAT, null)),
                List.of(),
                List.of(Node.of("Conv", List.of("x", "w"), "y")),
                Map.of("w", Tensor.ofFloats(new long[] {n, n, 1, 1}, numbered)));
        Model model = new Model(8, Map.of(Node.ONNX, 18L), graph, List.of(), Bytes.EMPTY);
        return OptimizedGraph.of(OnnxWriter.toBytes(model), "probe of blocked kernels", SessionSpec.cpu(1)).stream()
                .filter(optimized -> optimized.nodes().stream()
                        .anyMatch(node -> node.domain().equals(BlockedLayout.DOMAIN)))
                .map(optimized -> optimized.initializers().values())
                .flatMap(Collection::stream)
                .filter(tensor -> tensor.size() == numbered.length)
                .map(tensor -> of(tensor.floats()))
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    /** The B for which element {@code [o, i]} of the numbered weight lies where {@link BlockedLayout} would put it. */
    private static OptionalInt of(float[] laidOut) {
        int n = PROBE_CHANNELS;
        for (int b = 2; b <= n; b *= 2) {
            boolean fits = true;
            for (int o = 0; o < n && fits; o++) {
                for (int i = 0; i < n && fits; i++) {
                    int place = ((o / b * (n / b) + i / b) * b + i % b) * b + o % b;
                    fits = laidOut[place] == o * n + i;
                }
            }
            if (fits) {
                return OptionalInt.of(b);
            }
        }
        return OptionalInt.empty();
    }
}
