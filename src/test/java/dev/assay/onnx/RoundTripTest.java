package dev.assay.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.assay.OutputException;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.proto.AttributeProto;
import dev.assay.onnx.proto.GraphProto;
import dev.assay.onnx.proto.ModelProto;
import dev.assay.onnx.proto.NodeProto;
import dev.assay.onnx.proto.OperatorSetIdProto;
import dev.assay.onnx.proto.SparseTensorProto;
import dev.assay.onnx.proto.TensorProto;
import dev.assay.onnx.proto.TypeProto;
import dev.assay.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoundTripTest {
    private static final UnknownFieldSet UNKNOWN = UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .build();

    private static byte[] rewritten(byte[] model) {
        return OnnxWriter.toBytes(OnnxReader.read(model, "model.onnx"));
    }

    @Test
    void everythingIsReadAsItWasAndWrittenAsItWas() {
        Model model = Fixtures.everything();
        byte[] bytes = OnnxWriter.toBytes(model);
        Model again = OnnxReader.read(bytes, "model.onnx");
        assertThat(again.graph().text()).isEqualTo(model.graph().text());
        assertThat(again.graph().initializers()).isEqualTo(model.graph().initializers());
        assertThat(again.opsets()).isEqualTo(model.opsets());
        assertThat(OnnxWriter.toBytes(again)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void typedDataIsWhatRawDataIs(DataType type) {
        Model model = Fixtures.everything();
        Graph again = OnnxReader.read(OnnxWriter.toBytes(model), "model.onnx").graph();
        Tensor typed = again.constant(type + "_typed").orElseThrow();
        assertThat(again.constant(type + "_raw")).contains(typed);
        assertThat(typed.storage()).isEqualTo(Tensor.Storage.TYPED);
    }

    /** What other writers do and this package's own does not. */
    @Test
    void spellingsOfOtherWritersArePreserved() {
        NodeProto node = NodeProto.newBuilder()
                .addInput("x")
                .addOutput("y")
                .setName("")
                .setOpType("Relu")
                .setDomain("ai.onnx")
                .setDocString(ByteString.copyFrom(new byte[] {(byte) 0xFF}))
                .addAttribute(AttributeProto.newBuilder().setName("typeless").setI(3))
                .addAttribute(AttributeProto.newBuilder().setName("zero").setType(2))
                .addAttribute(AttributeProto.newBuilder()
                        .setName("explicit")
                        .setType(2)
                        .setI(0))
                .addAttribute(AttributeProto.newBuilder().setName("newer").setType(77))
                .addAttribute(AttributeProto.newBuilder()
                        .setName("sparse")
                        .setType(11)
                        .setSparseTensor(SparseTensorProto.newBuilder().addDims(2)))
                .setUnknownFields(UNKNOWN)
                .build();
        ValueInfoProto.Builder sequence = ValueInfoProto.newBuilder().setName("x");
        sequence.getTypeBuilder().getSequenceTypeBuilder().setElemType(TypeProto.newBuilder());
        byte[] bytes = ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName(ByteString.copyFromUtf8("test"))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(17))
                .setGraph(GraphProto.newBuilder()
                        .addNode(node)
                        .addInput(sequence)
                        .addInitializer(TensorProto.newBuilder()
                                .setDataType(1)
                                .addDims(0)
                                .setName("empty"))
                        .setUnknownFields(UNKNOWN))
                .setUnknownFields(UNKNOWN)
                .build()
                .toByteArray();
        Node read = OnnxReader.read(bytes, "model.onnx").graph().nodes().get(0);
        assertThat(read.is("Relu")).isTrue();
        assertThat(read.intAttribute("typeless", 0)).isEqualTo(3);
        assertThat(read.intAttribute("zero", 5)).isZero();
        assertThat(rewritten(bytes)).isEqualTo(bytes);
    }

    @Test
    void onlyTheDimThatChangedLosesItsDenotation() throws IOException {
        ValueInfoProto.Builder proto = ValueInfoProto.newBuilder().setName("x");
        TypeProto.Tensor.Builder type =
                proto.getTypeBuilder().getTensorTypeBuilder().setElemType(1);
        type.getShapeBuilder().addDimBuilder().setDimParam("N").setDenotation(ByteString.copyFromUtf8("DATA_BATCH"));
        type.getShapeBuilder().addDimBuilder().setDimValue(3).setDenotation(ByteString.copyFromUtf8("DATA_CHANNEL"));
        Value value = ValueCodec.decode(proto.build(), Place.file("model.onnx"));
        assertThat(value.shape()).isEqualTo(new Shape(List.of(Dim.named("N"), Dim.of(3))));
        assertThat(ValueCodec.encode(value)).isEqualTo(proto.build());
        type.getShapeBuilder().getDimBuilder(0).setDimValue(1).clearDenotation();
        assertThat(ValueCodec.encode(value.withShape(Shape.of(1, 3)))).isEqualTo(proto.build());
        type.clearShape();
        assertThat(ValueCodec.encode(value.withShape(null))).isEqualTo(proto.build());
    }

    @Test
    void writingReplacesAFileOrLeavesNothing(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("model.onnx");
        Model model = Fixtures.add(Tensor.scalar(1f));
        Files.writeString(path, "old");
        OnnxWriter.write(model, path);
        assertThat(path).hasBinaryContent(OnnxWriter.toBytes(model));
        Path occupied = folder.resolve("occupied.onnx");
        Files.createDirectories(occupied.resolve("inner"));
        assertThatThrownBy(() -> OnnxWriter.write(model, occupied))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("occupied.onnx: cannot be written");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(path, occupied);
        }
    }
}
