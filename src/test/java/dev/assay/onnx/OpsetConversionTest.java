package dev.assay.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Function;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpsetConversionTest {
    private static final Node RELU = Node.of("Relu", List.of("x"), "y");

    /** One node of the given opset, reading a FLOAT [N, 3, 8, 8] and perhaps constants, and what becomes of it. */
    private record Case(long from, long to, Node node, Map<String, Tensor> constants, List<String> expected) {
        @Override
        public String toString() {
            return "%s-%d to %d".formatted(node.op(), from, to);
        }
    }

    private static Case raised(long from, long to, Node node, String... lines) {
        return new Case(from, to, node, Map.of(), List.of(lines));
    }

    private static Node node(String op, String... inputs) {
        return Node.of(op, List.of(inputs), "y");
    }

    private static Attribute ints(long... values) {
        return Attribute.ofLongs(values);
    }

    private static Case reduce(String op, long changedAt) {
        return raised(
                changedAt - 1,
                changedAt,
                node(op, "x").with("axes", ints(2, 3)),
                "y_axes = INT64[2] [2, 3]",
                "y = " + op + "(x, y_axes) 'y'");
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>(List.of(
                raised(7, 21, RELU, "y = Relu(x) 'y'"),
                raised(
                        7,
                        15,
                        node("BatchNormalization", "x", "x", "x", "x", "x")
                                .with("spatial", Attribute.of(1))
                                .withOutputs(List.of("y", "", "")),
                        "y = BatchNormalization(x, x, x, x, x) 'y'"),
                raised(
                        7,
                        12,
                        node("Dropout", "x").with("ratio", Attribute.of(0.25f)).withOutputs(List.of("y", "mask")),
                        "y_ratio = FLOAT[] [0.25]",
                        "y = Dropout(x, y_ratio) 'y'"),
                raised(9, 12, node("Dropout", "x"), "y = Dropout(x) 'y'"),
                raised(
                        12,
                        13,
                        node("Softmax", "x"),
                        "y_shape = Shape(x) 'y_shape'",
                        "y_flat = Flatten(x) 'y_flat' {axis=1}",
                        "y_2d = Softmax(y_flat) 'y' {axis=-1}",
                        "y = Reshape(y_2d, y_shape) 'y_1'"),
                raised(
                        12,
                        13,
                        node("LogSoftmax", "x").with("axis", Attribute.of(3)),
                        "y = LogSoftmax(x) 'y' {axis=-1}"),
                raised(12, 13, node("Hardmax", "x").with("axis", Attribute.of(-1)), "y = Hardmax(x) 'y' {axis=-1}"),
                raised(
                        18,
                        19,
                        node("AveragePool", "x").with("ceil_mode", Attribute.of(1)),
                        "y = AveragePool(x) 'y' {ceil_mode=1}"),
                raised(
                        10,
                        11,
                        node("ConvTranspose", "x", "x").with("auto_pad", Attribute.of("VALID")),
                        "y = ConvTranspose(x, x) 'y' {auto_pad=\"VALID\"}"),
                raised(
                        7,
                        13,
                        node("Upsample", "x")
                                .with(
                                        "scales",
                                        new Attribute(new Attribute.Reals(List.of(1f, 1f, 2f, 2f)), Bytes.EMPTY)),
                        "y_scales = FLOAT[4] [1.0, 1.0, 2.0, 2.0]",
                        "y = Resize(x, , y_scales) 'y' {coordinate_transformation_mode=\"asymmetric\","
                                + " nearest_mode=\"floor\"}"),
                new Case(
                        10,
                        21,
                        node("Resize", "x", "s"),
                        Map.of("s", Tensor.ofFloats(new long[] {2}, 1f, 0.5f)),
                        List.of(
                                "s = FLOAT[2] [1.0, 0.5]",
                                "y = Resize(x, , s) 'y' {coordinate_transformation_mode=\"asymmetric\","
                                        + " nearest_mode=\"ceil\"}")),
                raised(
                        10,
                        11,
                        node("Resize", "x", "x").with("mode", Attribute.of("linear")),
                        "y = Resize(x, , x) 'y' {mode=\"linear\", coordinate_transformation_mode=\"asymmetric\"}"),
                raised(
                        15,
                        16,
                        node("RoiAlign", "x", "x", "x"),
                        "y = RoiAlign(x, x, x) 'y' {coordinate_transformation_mode=\"output_half_pixel\"}"),
                raised(16, 20, node("GridSample", "x", "x"), "y = GridSample(x, x) 'y' {mode=\"linear\"}"),
                raised(
                        7,
                        13,
                        node("Clip", "x").with("min", Attribute.of(0f)).with("max", Attribute.of(6f)),
                        "y_min = FLOAT[] [0.0]",
                        "y_max = FLOAT[] [6.0]",
                        "y = Clip(x, y_min, y_max) 'y'"),
                raised(
                        10,
                        11,
                        node("Clip", "x").with("max", Attribute.of(6f)),
                        "y_max = FLOAT[] [6.0]",
                        "y = Clip(x, , y_max) 'y'"),
                raised(
                        10,
                        11,
                        node("Pad", "x").with("pads", ints(0, 0, 1, 1)).with("value", Attribute.of(2f)),
                        "y_pads = INT64[4] [0, 0, 1, 1]",
                        "y_value = FLOAT[] [2.0]",
                        "y = Pad(x, y_pads, y_value) 'y'"),
                raised(
                        9,
                        10,
                        node("Slice", "x").with("starts", ints(1)).with("ends", ints(2)),
                        "y_starts = INT64[1] [1]",
                        "y_ends = INT64[1] [2]",
                        "y = Slice(x, y_starts, y_ends) 'y'"),
                raised(
                        12,
                        18,
                        node("Split", "x").with("split", ints(8)),
                        "y_split = INT64[1] [8]",
                        "y = Split(x, y_split) 'y'"),
                raised(
                        17,
                        18,
                        node("Split", "x").withOutputs(List.of("y", "z")),
                        "y, z = Split(x) 'y' {num_outputs=2}"),
                raised(
                        9,
                        10,
                        node("TopK", "x").with("k", Attribute.of(3)),
                        "y_k = INT64[1] [3]",
                        "y = TopK(x, y_k) 'y'"),
                raised(12, 13, node("Squeeze", "x"), "y = Squeeze(x) 'y'"),
                raised(8, 11, node("Scatter", "x", "x", "x"), "y = ScatterElements(x, x, x) 'y'"),
                reduce("Squeeze", 13),
                reduce("Unsqueeze", 13),
                reduce("ReduceSum", 13)));
        List.of("L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare")
                .forEach(each -> cases.add(reduce("Reduce" + each, 18)));
        return cases;
    }

    static List<Case> refusals() {
        return List.of(
                raised(7, 8, node("ImageScaler", "x"), "Assay has no rule for this operator"),
                raised(7, 9, node("BatchNormalization", "x").with("spatial", Attribute.of(0)), "spatial=0"),
                raised(13, 14, node("BatchNormalization", "x").withOutputs(List.of("y", "m")), "for training"),
                raised(9, 10, node("Dropout", "x").withOutputs(List.of("z", "y")), "mask changed"),
                raised(20, 21, node("GroupNormalization", "x"), "one a channel"),
                raised(
                        18,
                        19,
                        node("AveragePool", "x")
                                .with("ceil_mode", Attribute.of(1))
                                .with("count_include_pad", Attribute.of(1)),
                        "ceil_mode with count_include_pad"),
                raised(10, 11, node("ConvTranspose", "x").with("auto_pad", Attribute.of("SAME_UPPER")), "auto_pad"),
                raised(10, 11, node("Resize", "x", "x"), "scales are not constant"),
                new Case(
                        10,
                        11,
                        node("Resize", "x", "s"),
                        Map.of("s", Tensor.ofFloats(new long[] {2}, 2f, 0.5f)),
                        List.of("enlarges one axis and shrinks another")),
                raised(
                        12,
                        13,
                        node("Resize", "x")
                                .with("coordinate_transformation_mode", Attribute.of("tf_half_pixel_for_nn")),
                        "tf_half_pixel_for_nn is gone"),
                raised(19, 20, node("GridSample", "x").with("mode", Attribute.of("x")), "mode 'x' is not known"),
                raised(8, 9, node("Scan", "x"), "batch axis"),
                raised(10, 11, node("Pad", "x"), "no pads"),
                raised(
                        12,
                        13,
                        node("Squeeze", "x").with("axes", new Attribute(new Attribute.Reference("a"), Bytes.EMPTY)),
                        "attributes refer to those of a function"));
    }

    private static Model model(long opset, Node node, Map<String, Tensor> constants) {
        Graph graph = new Graph(
                "g",
                List.of(Value.of("x", DataType.FLOAT, Shape.of(1, 3, 8, 8))),
                List.of(Value.of("y", DataType.FLOAT, null)),
                List.of(),
                List.of(node),
                constants);
        return new Model(8, Map.of("", opset), graph, List.of(), Bytes.EMPTY);
    }

    private static String raise(Case each) {
        Model raised = OpsetConversion.raise(model(each.from(), each.node(), each.constants()), each.to());
        assertThat(raised.opset()).isEqualTo(each.to());
        return raised.graph().text();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void raises(Case each) {
        String signature = "(x FLOAT[1x3x8x8]) -> (y FLOAT)\n";
        assertThat(raise(each)).isEqualTo(signature + "  " + String.join("\n  ", each.expected()) + "\n");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refuses(Case each) {
        assertThatThrownBy(() -> raise(each))
                .isInstanceOf(UnsupportedOpException.class)
                .hasMessageContaining(each.node().op() + "-")
                .hasMessageContaining("to opset " + each.to())
                .hasMessageContaining(each.expected().get(0));
    }

    @Test
    void everyRuleHasACase() {
        Set<String> tested = new HashSet<>();
        cases().forEach(each -> tested.add(each.node().op()));
        refusals().forEach(each -> tested.add(each.node().op()));
        assertThat(tested).containsAll(OpsetRules.changed());
    }

    @Test
    void undeclaredTypeIsRefusedAndFollowedWhereItIsPassedOn() {
        Node clip = node("Clip", "h").with("max", Attribute.of(6f));
        Model through = chain(Node.of("Relu", List.of("x"), "h"), clip);
        assertThat(OpsetConversion.raise(through, 11).graph().text()).contains("y_max = FLOAT[] [6.0]");
        Model unknown = chain(Node.of("Where", List.of("x", "x", "x"), "h"), clip);
        assertThatThrownBy(() -> OpsetConversion.raise(unknown, 11))
                .isInstanceOf(UnsupportedOpException.class)
                .hasMessageContaining("element type of 'h' is not declared");
    }

    private static Model chain(Node first, Node second) {
        Model model = model(10, first.withOutputs(List.of("y")), Map.of());
        Graph graph = new Graph(
                "g", model.graph().inputs(), model.graph().outputs(), List.of(), List.of(first, second), Map.of());
        return model.withGraph(graph);
    }

    @Test
    void subgraphsAndFunctionsAreRaisedWithNamesOfTheirOwn() {
        Node squeeze = Node.of("Squeeze", List.of("x"), "b").with("axes", ints(0));
        Graph branch = new Graph(
                "branch",
                List.of(),
                List.of(Value.of("b", DataType.FLOAT, null)),
                List.of(),
                List.of(squeeze),
                Map.of(),
                Map.of(),
                "x"::equals,
                Bytes.EMPTY);
        Node choose = Node.of("If", List.of("b_axes"), "y").with("then_branch", Attribute.of(branch));
        Tensor yes = Tensor.of(DataType.BOOL, new long[0], new byte[] {1});
        Function function = new Function(
                "local",
                "F",
                "",
                List.of("a"),
                List.of("b"),
                List.of(squeeze.withInputs(List.of("a"))),
                Map.of("", 12L),
                Bytes.EMPTY);
        Model before = model(12, choose, Map.of("b_axes", yes));
        Model after = OpsetConversion.raise(
                new Model(7, Map.of("", 12L, "local", 1L), before.graph(), List.of(function), Bytes.EMPTY), 13);
        assertThat(after.graph().text()).isEqualTo("""
                        (x FLOAT[1x3x8x8]) -> (y FLOAT)
                          b_axes = BOOL[]
                          y = If(b_axes) 'y'
                            then_branch:
                              () -> (b FLOAT)
                                b_axes_1 = INT64[1] [0]
                                b = Squeeze(x, b_axes_1) 'b'
                        """);
        assertThat(after.functions().get(0).nodes())
                .extracting(Node::toString)
                .containsExactly("b_axes = Constant() 'b_axes'", "b = Squeeze(a, b_axes) 'b'");
        assertThat(after.functions().get(0).opsets()).containsEntry("", 13L);
        assertThat(after.opsets()).containsEntry("local", 1L);
    }

    @Test
    void initializersStopBeingInputsWhereTheyCouldBeOverridden() {
        Tensor w = Tensor.scalar(1f);
        Graph graph = new Graph(
                "g",
                List.of(Value.of("x", DataType.FLOAT, null), Value.of("w", DataType.FLOAT, null)),
                List.of(Value.of("y", DataType.FLOAT, null)),
                List.of(),
                List.of(Node.of("Add", List.of("x", "w"), "y")),
                Map.of("w", w));
        Model raised = OpsetConversion.raise(new Model(3, Map.of("", 8L), graph, List.of(), Bytes.EMPTY), 13);
        assertThat(raised.irVersion()).isEqualTo(7);
        assertThat(raised.graph().inputs()).extracting(Value::name).containsExactly("x");
        assertThat(raised.graph().constant("w")).contains(w);
    }

    @Test
    void newerModelsStayAndTooNewTargetsAreRefused() {
        Model model = model(22, RELU, Map.of());
        assertThat(OpsetConversion.raise(model, 21)).isSameAs(model);
        assertThatThrownBy(() -> OpsetConversion.raise(model, 22)).isInstanceOf(IllegalArgumentException.class);
        assertThat(OpsetConversion.raise(model(13, RELU, Map.of()), 21).irVersion())
                .isEqualTo(10);
    }
}
