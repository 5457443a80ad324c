package dev.assay.onnx;

import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A graph inside the graphs around it, and what these declare of its values. */
final class Scope {
    /** Operators whose first output has the element type of their first input. */
    private static final Set<String> TYPE_PRESERVING = Set.of(("Add AveragePool BatchNormalization Clip Concat Conv Div"
                    + " Dropout Flatten Gemm GlobalAveragePool Identity InstanceNormalization LeakyRelu MatMul MaxPool Mul"
                    + " Pad PRelu Relu Reshape Sigmoid Slice Squeeze Sub Sum Transpose Unsqueeze")
            .split(" "));

    private final Graph graph;
    private final @Nullable Scope outer;
    private final Map<String, Value> declared = new HashMap<>();

    Scope(Graph graph, @Nullable Scope outer) {
        this.graph = graph;
        this.outer = outer;
        Stream.of(graph.inputs(), graph.values(), graph.outputs())
                .flatMap(List::stream)
                .forEach(value -> declared.put(value.name(), value));
    }

    Graph graph() {
        return graph;
    }

    @Nullable
    Scope outer() {
        return outer;
    }

    /** The tensor of a value that no caller can change. */
    Optional<Tensor> constant(String value) {
        if (outer != null && !graph.isAssigned(value)) {
            return outer.constant(value);
        }
        return graph.constant(value);
    }

    Optional<Shape> shape(String value) {
        if (outer != null && !graph.isAssigned(value)) {
            return outer.shape(value);
        }
        return Optional.ofNullable(declared.get(value)).flatMap(found -> Optional.ofNullable(found.shape()));
    }

    /** Whether anything in this graph reads a value that this graph assigns. */
    boolean isRead(String value) {
        return !graph.consumers(value).isEmpty() || graph.isOutput(value);
    }

    /** The element type, as declared or as it follows from declared ones. */
    Optional<DataType> type(String value) {
        String source = value;
        while (true) {
            if (outer != null && !graph.isAssigned(source)) {
                return outer.type(source);
            }
            Optional<DataType> known = typeHere(source);
            Optional<Node> producer = graph.producer(source);
            if (known.isPresent() || producer.isEmpty() || !preserves(producer.get(), source)) {
                return known;
            }
            source = producer.get().input(0);
        }
    }

    private static boolean preserves(Node node, String output) {
        return node.domain().equals(Node.ONNX)
                && TYPE_PRESERVING.contains(node.op())
                && node.output().equals(output);
    }

    private Optional<DataType> typeHere(String value) {
        Value found = declared.get(value);
        if (found != null && found.type() != null) {
            return Optional.of(found.type());
        }
        return graph.constant(value).map(Tensor::type).or(() -> graph.producer(value)
                .filter(node -> node.is("Cast"))
                .flatMap(node -> DataType.ofCode((int) node.intAttribute("to", 0))));
    }
}
