package dev.assay.runtime;

import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import java.util.List;
import java.util.Map;

/** Finds out whether a provider works on this machine by running a model of one node on it. */
public final class ProviderTrial {
    private static final long IR_VERSION = 8;
    private static final long OPSET = 13;

    private ProviderTrial() {}

    /**
     * Runs one node.
     *
     * @throws dev.assay.ProviderUnavailableException if the provider, its libraries or its device are missing
     * @throws dev.assay.SessionException if it is there but cannot run the node
     */
    public static void run(Provider provider) {
        try (Session session =
                Session.open(oneNode(), "trial model", SessionSpec.cpu(1).on(provider))) {
            session.run(Map.of("x", Tensor.ofFloats(new long[] {1}, -1)), List.of("y"));
        }
    }

    private static byte[] oneNode() {
        Graph graph = new Graph(
                "trial",
                List.of(Value.of("x", DataType.FLOAT, Shape.of(1))),
                List.of(Value.of("y", DataType.FLOAT, Shape.of(1))),
                List.of(),
                List.of(Node.of("Abs", List.of("x"), "y")),
                Map.of());
        return OnnxWriter.toBytes(new Model(IR_VERSION, Map.of(Node.ONNX, OPSET), graph, List.of(), Bytes.EMPTY));
    }
}
