package dev.assay.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.assay.InvalidModelException;
import dev.assay.Mutations;
import dev.assay.ir.Tensor;
import dev.assay.onnx.proto.AttributeProto;
import dev.assay.onnx.proto.FunctionProto;
import dev.assay.onnx.proto.GraphProto;
import dev.assay.onnx.proto.ModelProto;
import dev.assay.onnx.proto.NodeProto;
import dev.assay.onnx.proto.OperatorSetIdProto;
import dev.assay.onnx.proto.TensorProto;
import dev.assay.onnx.proto.ValueInfoProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes are handed in, reading ends in a model or in an {@link InvalidModelException} of one line. */
class HostileModelTest {
    private record Case(String name, ByteString model, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** {@code y = Add(x, w)} with a scalar FLOAT {@code w} in raw data. */
    static ModelProto.Builder add() {
        try {
            return ModelProto.parseFrom(OnnxWriter.toBytes(Fixtures.add(Tensor.scalar(1f)))).toBuilder();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Case model(String name, Consumer<ModelProto.Builder> damage, String message) {
        ModelProto.Builder model = add();
        damage.accept(model);
        return new Case(name, model.build().toByteString(), message);
    }

    private static Case graph(String name, Consumer<GraphProto.Builder> damage, String message) {
        return model(name, model -> damage.accept(model.getGraphBuilder()), message);
    }

    private static Case tensor(String name, Consumer<TensorProto.Builder> damage, String message) {
        return graph(name, graph -> damage.accept(graph.getInitializerBuilder(0)), "initializer 'w': " + message);
    }

    private static Case file(String name, String content, String message) {
        return new Case(name, ByteString.copyFrom(content, StandardCharsets.ISO_8859_1), message);
    }

    private static NodeProto.Builder identity(String from, String to) {
        return NodeProto.newBuilder().setOpType("Identity").addInput(from).addOutput(to);
    }

    private static NodeProto.Builder call(String function, String from, String to) {
        return NodeProto.newBuilder()
                .setDomain("d")
                .setOpType(function)
                .addInput(from)
                .addOutput(to);
    }

    /** {@code b} from {@code a}, through these nodes and then on through calls of one function. */
    private static FunctionProto function(String name, int calls, String called, NodeProto.Builder... nodes) {
        FunctionProto.Builder function = FunctionProto.newBuilder()
                .setDomain("d")
                .setName(name)
                .addInput("a")
                .addOutput("b");
        Arrays.stream(nodes).forEach(function::addNode);
        for (int i = 0; i < calls; i++) {
            function.addNode(call(called, i == 0 ? "a" : "v" + (i - 1), i == calls - 1 ? "b" : "v" + i));
        }
        return function.build();
    }

    /** Function {@code k} calls function {@code k + 1}; the main graph calls the first. */
    private static ModelProto.Builder levels(int levels, int calls) {
        ModelProto.Builder model = add();
        IntStream.range(0, levels)
                .forEach(k -> model.addFunctions(
                        k < levels - 1
                                ? function("f" + k, calls, "f" + (k + 1))
                                : function("f" + k, 0, "", identity("a", "b"))));
        model.getGraphBuilder().addNode(call("f0", "x", "called"));
        return model;
    }

    private static AttributeProto.Builder graphOf(NodeProto.Builder... nodes) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName("g").setType(5);
        Arrays.stream(nodes).forEach(attribute.getGBuilder()::addNode);
        return attribute;
    }

    /** Each level hands its graph to a function that puts it into ten places. */
    private static ModelProto.Builder graphsHandedDown(int levels) {
        NodeProto.Builder holder = identity("a", "b");
        for (int i = 0; i < 10; i++) {
            holder.addAttribute(
                    AttributeProto.newBuilder().setName("g" + i).setType(5).setRefAttrName("g"));
        }
        NodeProto.Builder node = identity("x", "inside");
        for (int k = 0; k < levels; k++) {
            node = call("f", "x", "v" + k).addAttribute(graphOf(node));
        }
        ModelProto.Builder model = add().addFunctions(function("f", 0, "", holder));
        model.getGraphBuilder().addNode(node);
        return model;
    }

    private static Case attributes(String name, String message, AttributeProto.Builder... attributes) {
        return graph(name, graph -> Arrays.stream(attributes).forEach(graph.getNodeBuilder(0)::addAttribute), message);
    }

    /** A node that makes a tensor of 2 GB or more of a few numbers. */
    private static Case generated(String op, long... sizes) {
        return graph(
                op,
                graph -> {
                    TensorProto.Builder tensor =
                            TensorProto.newBuilder().setName("sizes").setDataType(7);
                    tensor.addDims(sizes.length);
                    Arrays.stream(sizes).forEach(tensor::addInt64Data);
                    NodeProto.Builder node =
                            NodeProto.newBuilder().setName("big").setOpType(op);
                    if (!op.equals("ConstantOfShape")) {
                        node.addInput(graph.getInput(0).getName());
                    }
                    graph.addInitializer(tensor).addNode(node.addInput("sizes").addOutput("generated"));
                },
                "node 'big': %s must make at most 536870911 elements, got %s".formatted(op, Arrays.toString(sizes)));
    }

    static List<Case> cases() {
        ByteString whole = add().build().toByteString();
        return List.of(
                file("empty", "", "empty file"),
                file("png", "\u0089PNG\r\n\u001a\n0000", "got a PNG image"),
                file("zip", "PK\u0003\u00040000", "got a ZIP archive"),
                file("text", "hello, world", "got text"),
                file("lfs", "version https://git-lfs.github.com/spec/v1", "got a Git LFS pointer"),
                file("tflite", "\u001c\0\0\0TFL3", "got a TensorFlow Lite model"),
                file("length of 2 GB", ":\u00ff\u00ff\u00ff\u00ff\u0007abc", "damaged or cut-off"),
                file("stray end of group", "\u0008\u0008\u000c", "damaged or cut-off"),
                file("deep groups", "\u000b".repeat(1 << 20), "damaged or cut-off"),
                file("unknown fields only", "\u00f8\u0001\u0001", "without IR version or graph"),
                new Case("cut off", whole.substring(0, whole.size() - 1), "damaged or cut-off"),
                model("no graph", ModelProto.Builder::clearGraph, "without IR version or graph"),
                model("old IR", model -> model.setIrVersion(2), "IR version must be 3 to 13, got 2"),
                model("new IR", model -> model.setIrVersion(Long.MAX_VALUE), "IR version must be 3 to 13"),
                model("no opset", ModelProto.Builder::clearOpsetImport, "must be at least 7, got 0"),
                model("old opset", model -> model.getOpsetImportBuilder(0).setVersion(6), "at least 7, got 6"),
                model(
                        "two opsets",
                        model -> model.addOpsetImport(OperatorSetIdProto.newBuilder()
                                .setDomain("ai.onnx")
                                .setVersion(9)),
                        "must have one opset, got 17 and 9"),
                model(
                        "negative opset",
                        model -> model.addOpsetImport(OperatorSetIdProto.newBuilder()
                                .setDomain("a\nb")
                                .setVersion(-1)),
                        "domain 'a\\u000ab' must be at least 1, got -1"),
                model(
                        "function twice",
                        model -> model.addFunctions(FunctionProto.newBuilder().setName("f"))
                                .addFunctions(FunctionProto.newBuilder().setName("f")),
                        "function 'f': must be there once"),
                model(
                        "function body",
                        model -> model.addFunctions(
                                FunctionProto.newBuilder().setName("f").addNode(identity("nothing", "o"))),
                        "function 'f': nothing assigns 'nothing'"),
                model(
                        "function of itself",
                        model -> model.addFunctions(function("f", 1, "f")),
                        "function 'f': must not lead back to itself, got a call of it in function 'f'"),
                model(
                        "functions of each other",
                        model -> model.addFunctions(function("f", 1, "g"))
                                .addFunctions(function(
                                        "g",
                                        0,
                                        "",
                                        identity("a", "b").addAttribute(graphOf(call("f", "a", "inside"))))),
                        "function 'f': must not lead back to itself, got a call of it in function 'g'"),
                new Case(
                        "functions that multiply",
                        levels(9, 10).build().toByteString(),
                        "must expand to at most 100000 nodes, got more"),
                new Case(
                        "functions that multiply past all numbers",
                        levels(90, 10).build().toByteString(),
                        "must expand to at most 100000 nodes, got more"),
                new Case(
                        "functions that multiply graphs",
                        graphsHandedDown(7).build().toByteString(),
                        "must expand to at most 100000 nodes, got more"),
                new Case(
                        "functions in each other",
                        levels(20_000, 1).build().toByteString(),
                        "must lie at most 100 deep in each other, got 20000"),
                graph("missing input", graph -> graph.clearInput(), "nothing assigns 'x'"),
                graph("missing output", graph -> graph.getOutputBuilder(0).setName("o"), "graph output 'o'"),
                graph("input twice", graph -> graph.addInput(graph.getInput(0)), "'x' is declared twice"),
                graph("value twice", graph -> graph.addNode(identity("x", "y")), "'y' is assigned twice"),
                graph("initializer twice", graph -> graph.addInitializer(graph.getInitializer(0)), "got it twice"),
                graph("no output", graph -> graph.getNodeBuilder(0).clearOutput(), "must have an output"),
                graph("nameless input", graph -> graph.addInput(ValueInfoProto.newBuilder()), "input has no name"),
                graph("cycle", graph -> graph.addNode(identity("b", "a")).addNode(identity("a", "b")), "cycle through"),
                graph(
                        "value type",
                        graph -> graph.getInputBuilder(0)
                                .getTypeBuilder()
                                .getTensorTypeBuilder()
                                .setElemType(99),
                        "value 'x': element type 99 is not known"),
                graph(
                        "line breaks",
                        graph -> graph.addNode(identity("a\r\n\u2028\u202eb", "o")),
                        "'a\\u000d\\u000a\\u2028\\u202eb'"),
                graph("long name", graph -> graph.addNode(identity("n".repeat(1 << 20), "o")), "nnn"),
                attributes(
                        "nameless",
                        "must have a name",
                        AttributeProto.newBuilder().setI(1)),
                attributes(
                        "attribute twice",
                        "attribute 'a': must be there once",
                        AttributeProto.newBuilder().setName("a").setI(1),
                        AttributeProto.newBuilder().setName("a").setI(2)),
                attributes(
                        "no tensor",
                        "element type 0 is not known",
                        AttributeProto.newBuilder().setName("a").setType(4)),
                tensor("unknown type", tensor -> tensor.setDataType(27), "element type 27 is not known"),
                tensor("undefined type", tensor -> tensor.clearDataType(), "element type 0 is not known"),
                tensor("short data", tensor -> tensor.addDims(2), "FLOAT[2] needs 8 bytes, got 4"),
                tensor("negative dim", tensor -> tensor.addDims(-1), "negative dimension in [-1]"),
                tensor("overflow", tensor -> tensor.addDims(1L << 62).addDims(4), "dimensions overflow"),
                tensor("huge", tensor -> tensor.addDims(1L << 40), "a tensor must be below 2 GB"),
                tensor("segment", tensor -> tensor.getSegmentBuilder().setBegin(1), "segments"),
                tensor(
                        "two places",
                        tensor -> tensor.addFloatData(1),
                        "FLOAT data must lie in one place that fits it, got some in float_data"),
                tensor(
                        "wrong place",
                        tensor -> tensor.clearRawData().addInt64Data(1),
                        "FLOAT data must lie in one place that fits it, got some in int64_data"),
                tensor("too few", TensorProto.Builder::clearRawData, "float_data must have 1 entries, got 0"),
                tensor(
                        "too large for its type",
                        tensor -> tensor.clearRawData().setDataType(3).addInt32Data(256),
                        "int32_data[0] must fit 8 bits, got 256"),
                tensor("raw strings", tensor -> tensor.setDataType(8), "strings must lie in string_data"),
                tensor(
                        "missing strings",
                        tensor -> tensor.clearRawData().setDataType(8).addDims(1L << 50),
                        "STRING[1125899906842624] got 0 strings"),
                generated("ConstantOfShape", 1L << 29),
                generated("ConstantOfShape", 1L << 40, 1L << 40),
                generated("Expand", 1, 1L << 20, 1L << 10),
                generated("Tile", 1L << 15, 1L << 15),
                new Case("malformed UTF-8", malformedName(), "damaged or cut-off"),
                new Case("deep subgraphs", deepSubgraphs(), "damaged or cut-off"),
                new Case(
                        "external without a folder",
                        ExternalDataTest.externalModel("w.bin", "0", "4").toByteString(),
                        "'w': its data lies in external file 'w.bin': read the model from its path"));
    }

    private static ByteString malformedName() {
        byte[] model =
                add().setGraph(GraphProto.newBuilder().setName("MARK")).build().toByteArray();
        int mark = new String(model, StandardCharsets.ISO_8859_1).indexOf("MARK");
        model[mark] = (byte) 0xFF;
        return ByteString.copyFrom(model);
    }

    /** Built from the inside out as bytes: no recursive code could write it. */
    private static ByteString deepSubgraphs() {
        ByteString graph = ByteString.EMPTY;
        for (int i = 0; i < 2_000; i++) {
            ByteString attribute = field(6, graph);
            ByteString node = field(5, attribute);
            graph = field(1, node);
        }
        return ByteString.copyFrom(new byte[] {8, 8}).concat(field(7, graph));
    }

    private static ByteString field(int number, ByteString content) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(number << 3 | 2);
        int length = content.size();
        for (; length > 0x7F; length >>>= 7) {
            header.write((length & 0x7F) | 0x80);
        }
        header.write(length);
        return ByteString.copyFrom(header.toByteArray()).concat(content);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void endsInOneLine(Case each) {
        assertThatThrownBy(() -> OnnxReader.read(each.model().toByteArray(), "bad.onnx"))
                .isInstanceOf(InvalidModelException.class)
                .message()
                .startsWith("bad.onnx: ")
                .contains(each.message())
                .hasSizeLessThan(1_100)
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
    }

    @Test
    void pathsThatAreNoFiles(@TempDir Path folder) {
        assertThatThrownBy(() -> OnnxReader.read(folder))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageEndingWith("expected an ONNX file, got a directory");
        assertThatThrownBy(() -> OnnxReader.read(folder.resolve("a\nb")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageEndingWith("a\\u000ab: no such file");
    }

    @Test
    void functionsWithinTheLimitsAreRead() {
        for (ModelProto.Builder model : List.of(levels(5, 10), levels(100, 1), graphsHandedDown(4))) {
            assertThat(OnnxReader.read(model.build().toByteArray(), "calls.onnx")
                            .functions())
                    .hasSize(model.getFunctionsCount());
        }
    }

    @Test
    void largeUnsortedGraphsTakeLinearTime() {
        int wide = 200_000;
        GraphProto.Builder graph = add().getGraphBuilder();
        NodeProto.Builder concat = NodeProto.newBuilder().setOpType("Concat").addOutput("all");
        IntStream.range(0, wide).forEach(i -> concat.addInput("n" + i));
        graph.addNode(concat);
        IntStream.range(0, wide).forEach(i -> graph.addNode(identity(i == 0 ? "x" : "n" + (i - 1), "n" + i)));
        byte[] model = add().setGraph(graph).build().toByteArray();
        assertThat(OnnxReader.read(model, "wide.onnx").graph().sorted()).hasSize(wide + 2);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void mutationsEndInAModelOrInOneMessage(int seed) {
        Random random = new Random(seed);
        byte[] valid = OnnxWriter.toBytes(Fixtures.everything());
        for (int i = 0; i < 200; i++) {
            byte[] mutated = Mutations.of(valid, random);
            try {
                OnnxWriter.toBytes(OnnxReader.read(mutated, "fuzz.onnx"));
            } catch (InvalidModelException e) {
                assertThat(e.getMessage()).startsWith("fuzz.onnx: ");
            }
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 10);
    }
}
