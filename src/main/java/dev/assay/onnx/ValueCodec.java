package dev.assay.onnx;

import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Shape;
import dev.assay.ir.Value;
import dev.assay.onnx.proto.TensorShapeProto;
import dev.assay.onnx.proto.TensorShapeProto.Dimension;
import dev.assay.onnx.proto.TypeProto;
import dev.assay.onnx.proto.ValueInfoProto;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code ValueInfoProto} to and from {@link Value}. The {@code rest} keeps the whole type, whatever its kind; writing
 * changes in it only what the value says differently.
 */
final class ValueCodec {
    private ValueCodec() {}

    static Value decode(ValueInfoProto proto, Place place) {
        ValueInfoProto.Builder rest = proto.toBuilder();
        if (!proto.getName().isEmpty()) {
            rest.clearName();
        }
        TypeProto.Tensor type = proto.getType().getTensorType();
        return new Value(
                proto.getName(),
                type(type.getElemType(), place),
                type.hasShape() ? shape(type.getShape()) : null,
                Rest.of(rest));
    }

    private static @Nullable DataType type(int code, Place place) {
        if (code == 0) {
            return null;
        }
        return DataType.ofCode(code).orElseThrow(() -> place.invalid("element type %d is not known", code));
    }

    private static Shape shape(TensorShapeProto proto) {
        return new Shape(proto.getDimList().stream().map(ValueCodec::dim).toList());
    }

    private static Dim dim(Dimension proto) {
        if (proto.hasDimValue() && proto.getDimValue() >= 0) {
            return Dim.of(proto.getDimValue());
        }
        return proto.getDimParam().isEmpty() ? Dim.UNKNOWN : Dim.named(proto.getDimParam());
    }

    static ValueInfoProto encode(Value value) {
        ValueInfoProto.Builder proto = Rest.into(ValueInfoProto.newBuilder(), value.rest());
        if (!value.name().isEmpty()) {
            proto.setName(value.name());
        }
        TypeProto.Tensor before = proto.getType().getTensorType();
        DataType type = value.type();
        if (type != null && type.code() != before.getElemType()) {
            proto.getTypeBuilder().getTensorTypeBuilder().setElemType(type.code());
        }
        Shape shape = value.shape();
        if (shape == null && before.hasShape()) {
            proto.getTypeBuilder().getTensorTypeBuilder().clearShape();
        }
        if (shape != null && !(before.hasShape() && shape.equals(shape(before.getShape())))) {
            proto.getTypeBuilder().getTensorTypeBuilder().setShape(encode(shape, before.getShape()));
        }
        return proto.build();
    }

    /** A dim that is as it was before keeps what else the file said of it. */
    private static TensorShapeProto encode(Shape shape, TensorShapeProto before) {
        TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
        for (int axis = 0; axis < shape.rank(); axis++) {
            Dim dim = shape.dim(axis);
            boolean same = axis < before.getDimCount() && dim.equals(dim(before.getDim(axis)));
            proto.addDim(same ? before.getDim(axis) : encode(dim));
        }
        return proto.build();
    }

    private static Dimension encode(Dim dim) {
        if (dim.isKnown()) {
            return Dimension.newBuilder().setDimValue(dim.size()).build();
        }
        return dim.name() == null
                ? Dimension.getDefaultInstance()
                : Dimension.newBuilder()
                        .setDimParam(Objects.requireNonNull(dim.name()))
                        .build();
    }
}
