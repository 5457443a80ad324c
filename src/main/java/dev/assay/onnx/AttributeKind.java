package dev.assay.onnx;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.assay.ir.Attribute.Content;
import dev.assay.ir.Attribute.Int;
import dev.assay.ir.Attribute.Ints;
import dev.assay.ir.Attribute.Real;
import dev.assay.ir.Attribute.Reals;
import dev.assay.ir.Attribute.Subgraph;
import dev.assay.ir.Attribute.Subgraphs;
import dev.assay.ir.Attribute.TensorContent;
import dev.assay.ir.Attribute.Tensors;
import dev.assay.ir.Attribute.Text;
import dev.assay.ir.Attribute.Texts;
import dev.assay.ir.Graph;
import dev.assay.ir.Tensor;
import dev.assay.onnx.proto.AttributeProto;
import dev.assay.onnx.proto.GraphProto;
import dev.assay.onnx.proto.TensorProto;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A kind of attribute that is interpreted: its type code, the field its value lies in, and how that is read and written.
 */
record AttributeKind<C extends Content>(
        int type,
        FieldDescriptor field,
        Class<C> content,
        BiFunction<AttributeProto, Parts, C> decode,
        BiFunction<C, GraphEncoder, Object> encode) {
    /** Reads what lies inside an attribute. */
    interface Parts {
        Tensor tensor(TensorProto proto);

        Graph graph(GraphProto proto);
    }

    private static final List<AttributeKind<?>> ALL = List.of(
            row(1, "f", Real.class, (a, in) -> new Real(a.getF()), (c, out) -> c.value()),
            row(2, "i", Int.class, (a, in) -> new Int(a.getI()), (c, out) -> c.value()),
            row(3, "s", Text.class, (a, in) -> new Text(Rest.bytes(a.getS())), (c, out) -> Rest.string(c.value())),
            row(
                    4,
                    "t",
                    TensorContent.class,
                    (a, in) -> new TensorContent(in.tensor(a.getT())),
                    (c, out) -> out.tensor(c.value())),
            row(5, "g", Subgraph.class, (a, in) -> new Subgraph(in.graph(a.getG())), (c, out) -> out.graph(c.value())),
            row(6, "floats", Reals.class, (a, in) -> new Reals(a.getFloatsList()), (c, out) -> c.values()),
            row(7, "ints", Ints.class, (a, in) -> new Ints(a.getIntsList()), (c, out) -> c.values()),
            row(
                    8,
                    "strings",
                    Texts.class,
                    (a, in) -> new Texts(
                            a.getStringsList().stream().map(Rest::bytes).toList()),
                    (c, out) -> c.values().stream().map(Rest::string).toList()),
            row(
                    9,
                    "tensors",
                    Tensors.class,
                    (a, in) -> new Tensors(
                            a.getTensorsList().stream().map(in::tensor).toList()),
                    (c, out) -> c.values().stream().map(out::tensor).toList()),
            row(
                    10,
                    "graphs",
                    Subgraphs.class,
                    (a, in) -> new Subgraphs(
                            a.getGraphsList().stream().map(in::graph).toList()),
                    (c, out) -> c.values().stream().map(out::graph).toList()));

    private static <C extends Content> AttributeKind<C> row(
            int type,
            String field,
            Class<C> content,
            BiFunction<AttributeProto, Parts, C> decode,
            BiFunction<C, GraphEncoder, Object> encode) {
        FieldDescriptor descriptor = AttributeProto.getDescriptor().findFieldByName(field);
        return new AttributeKind<>(type, descriptor, content, decode, encode);
    }

    /** The kind an attribute declares, or that of its first filled field where it declares none, as old files may. */
    static Optional<AttributeKind<?>> of(AttributeProto proto) {
        return ALL.stream()
                .filter(kind ->
                        proto.getType() == 0 ? Fields.isFilled(proto, kind.field) : kind.type == proto.getType())
                .findFirst();
    }

    static Optional<AttributeKind<?>> of(Content content) {
        return ALL.stream().filter(kind -> kind.content.isInstance(content)).findFirst();
    }

    /** Whether {@code value} is what a reader sees in a field that is not there. */
    boolean isDefault(Object value) {
        return !field.isRepeated()
                && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
                && value.equals(field.getDefaultValue());
    }

    /** The value to put into {@link #field}. */
    Object encoded(Content value, GraphEncoder encoder) {
        return encode.apply(content.cast(value), encoder);
    }
}
