package dev.assay.onnx;

import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Function;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.SparseTensor;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Models made in memory. */
final class Fixtures {
    private Fixtures() {}

    /** Five elements of any type, in packed bytes that count up from 0x81, so that signed types have both signs. */
    static Tensor tensor(DataType type, Tensor.Storage storage) {
        if (type == DataType.STRING) {
            List<Bytes> strings =
                    List.of("a", "", "ü", "b", "c").stream().map(Bytes::ofText).toList();
            return Tensor.ofStrings(new long[] {5}, strings, Bytes.EMPTY);
        }
        byte[] data = new byte[type.bytesFor(5).orElseThrow().intValue()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (0x81 + i * 37);
        }
        return Tensor.of(type, new long[] {5}, ByteBuffer.wrap(data), storage, Bytes.EMPTY);
    }

    /** A model with one of each: types, storages, attributes, subgraphs, functions, sparse tensors, odd names. */
    static Model everything() {
        Map<String, Tensor> initializers = new LinkedHashMap<>();
        for (DataType type : DataType.values()) {
            initializers.put(type + "_raw", tensor(type, Tensor.Storage.RAW));
            initializers.put(type + "_typed", tensor(type, Tensor.Storage.TYPED));
        }
        initializers.put("scalar", Tensor.scalar(-0f));
        initializers.put("none", Tensor.of(DataType.INT8, new long[] {1L << 40, 0}, new byte[0]));
        SparseTensor sparse =
                new SparseTensor(Tensor.ofFloats(new long[] {2}, 1f, 2f), Tensor.vector(0, 3), Bytes.EMPTY);
        Graph graph = new Graph(
                "main\n",
                List.of(Value.of("x", DataType.FLOAT, new Shape(List.of(Dim.named("N"), Dim.of(3), Dim.UNKNOWN)))),
                List.of(Value.of("y", DataType.FLOAT, null), new Value("z", null, null, Bytes.EMPTY)),
                List.of(Value.of("h", DataType.FLOAT, Shape.of())),
                nodes(),
                initializers,
                Map.of("sparse", sparse),
                outer -> false,
                Bytes.EMPTY);
        return new Model(10, Map.of("", 21L, "local", 1L), graph, List.of(function()), Bytes.EMPTY);
    }

    private static List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        nodes.add(Node.of("F", List.of("h"), "z").inDomain("local"));
        nodes.add(Node.of("Relu", List.of("x"), "h").named(""));
        nodes.add(Node.of("If", List.of("BOOL_raw", ""), "y")
                .with("then_branch", Attribute.of(branch(2)))
                .with("i", Attribute.of(0))
                .with("f", Attribute.of(0f))
                .with("s", Attribute.of(""))
                .with("t", Attribute.of(Tensor.vector(1, 2)))
                .with("ints", Attribute.ofLongs())
                .with("floats", attribute(new Attribute.Reals(List.of(1f, -2f))))
                .with("strings", attribute(new Attribute.Texts(List.of(Bytes.ofText("a"), Bytes.EMPTY))))
                .with("tensors", attribute(new Attribute.Tensors(List.of(Tensor.scalar(1f)))))
                .with("graphs", attribute(new Attribute.Subgraphs(List.of(branch(0), branch(0))))));
        return nodes;
    }

    private static Attribute attribute(Attribute.Content content) {
        return new Attribute(content, Bytes.EMPTY);
    }

    /** A subgraph {@code depth} levels deep whose innermost node reads a value of the main graph. */
    static Graph branch(int depth) {
        Node node = depth == 0
                ? Node.of("Identity", List.of("x"), "b0")
                : Node.of("If", List.of("BOOL_raw"), "b" + depth).with("then_branch", Attribute.of(branch(depth - 1)));
        return new Graph(
                "branch",
                List.of(),
                List.of(Value.of(node.output(), DataType.FLOAT, null)),
                List.of(),
                List.of(node),
                Map.of(),
                Map.of(),
                outer -> true,
                Bytes.EMPTY);
    }

    private static Function function() {
        Node body = Node.of("LeakyRelu", List.of("a"), "b")
                .with("alpha", new Attribute(new Attribute.Reference("slope"), Bytes.EMPTY));
        return new Function("local", "F", "", List.of("a"), List.of("b"), List.of(body), Map.of("", 21L), Bytes.EMPTY);
    }

    /** {@code y = Add(x, w)}, as small as a model can be. */
    static Model add(Tensor w) {
        Graph graph = new Graph(
                "add",
                List.of(Value.of("x", DataType.FLOAT, null)),
                List.of(Value.of("y", DataType.FLOAT, null)),
                List.of(),
                List.of(Node.of("Add", List.of("x", "w"), "y")),
                Map.of("w", w));
        return new Model(8, Map.of("", 17L), graph, List.of(), Bytes.EMPTY);
    }
}
