package dev.assay.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.TinyModels;
import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.Metadata;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A minimal model for each remark, and a sound one that gets none. */
class RemarksTest {
    private static final Value INPUT = TinyModels.images();
    private static final Node RELU = Node.of("Relu", List.of("images"), "logits");

    @Test
    void aSoundModelGetsNone() {
        assertThat(idsOf(TinyModels.classifier())).isEmpty();
    }

    static Stream<Arguments> oddModels() {
        Tensor two = Tensor.ofFloats(new long[] {2}, 1, 2);
        Node dead = Node.of("Sigmoid", List.of("images"), "nowhere");
        return Stream.of(
                odd("weights-not-finite", with("w", Tensor.ofFloats(new long[] {1}, Float.NaN))),
                odd("weights-all-zero", with("w", Tensor.ofFloats(new long[] {1, 2}, 0, 0))),
                odd("external-data", with("w", external())),
                odd("unused-initializers", unread("w", two)),
                odd("overridable-initializers", overridable("w", two)),
                odd("unknown-domain", nodes(RELU.inDomain("org.example"))),
                odd("already-quantized", nodes(Node.of("QuantizeLinear", List.of("images", "images"), "logits"))),
                odd("training-mode", nodes(batchNorm("images").with("training_mode", Attribute.of(1)))),
                odd("dropout-left", nodes(Node.of("Dropout", List.of("images"), "logits"))),
                odd(
                        "batch-norm-not-folded",
                        nodes(Node.of("Conv", List.of("images", "images"), "convolved"), batchNorm("convolved"))),
                odd("control-flow", nodes(Node.of("If", List.of("images"), "logits"))),
                odd("dead-nodes", nodes(RELU, dead)),
                odd("duplicate-node-names", nodes(RELU.named("same").withOutputs(List.of("r")), sigmoid("same"))),
                odd("unnamed-nodes", nodes(RELU.named(""))),
                odd("opset-before-per-channel", nodes(RELU).withOpset(Node.ONNX, 12)),
                odd("fixed-batch", fixedBatch()),
                odd("meaningless-output-names", numberedOutput()),
                odd("annotated-nodes", nodes(annotated())));
    }

    private static Arguments odd(String id, Model model) {
        return Arguments.of(id, model);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddModels")
    void anOddModelGetsItsRemark(String id, Model model) {
        assertThat(idsOf(model)).containsExactly(id);
    }

    private static List<String> idsOf(Model model) {
        return Remarks.about(model, Metadata.of(model)).stream().map(Remark::id).toList();
    }

    private static Model nodes(Node... nodes) {
        return model(List.of(INPUT), Map.of(), nodes);
    }

    private static Model with(String name, Tensor weight) {
        return model(List.of(INPUT), Map.of(name, weight), Node.of("Add", List.of("images", name), "logits"));
    }

    private static Model unread(String name, Tensor weight) {
        return model(List.of(INPUT), Map.of(name, weight), RELU);
    }

    private static Model overridable(String name, Tensor weight) {
        List<Value> inputs = List.of(INPUT, Value.of(name, DataType.FLOAT, Shape.of(2)));
        return model(inputs, Map.of(name, weight), Node.of("Add", List.of("images", name), "logits"));
    }

    private static Model model(List<Value> inputs, Map<String, Tensor> weights, Node... nodes) {
        return TinyModels.model(
                new Graph("odd", inputs, List.of(TinyModels.scores()), List.of(), List.of(nodes), weights));
    }

    private static Model fixedBatch() {
        return model(List.of(INPUT.withShape(Shape.of(1, 3, 8, 8))), Map.of(), RELU);
    }

    private static Model numberedOutput() {
        Value output = Value.of("12", DataType.FLOAT, null);
        Node node = Node.of("Relu", List.of("images"), "12");
        return TinyModels.model(new Graph("odd", List.of(INPUT), List.of(output), List.of(), List.of(node), Map.of()));
    }

    private static Node batchNorm(String input) {
        return Node.of("BatchNormalization", List.of(input, "images", "images", "images", "images"), "logits");
    }

    private static Node sigmoid(String name) {
        return Node.of("Sigmoid", List.of("r"), "logits").named(name);
    }

    /** A NodeProto with only its field 6, doc_string: tag '2', length, text. */
    private static Node annotated() {
        Bytes doc = Bytes.ofText("2\rat train.py:7");
        return new Node("r", Node.ONNX, "Relu", "", List.of("images"), List.of("logits"), Map.of(), doc);
    }

    private static Tensor external() {
        ByteBuffer one = ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f});
        return Tensor.of(DataType.FLOAT, new long[] {1}, one, Tensor.Storage.EXTERNAL, Bytes.EMPTY);
    }
}
