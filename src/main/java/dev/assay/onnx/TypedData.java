package dev.assay.onnx;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import dev.assay.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Numbers in the typed fields of a {@code TensorProto} to and from packed little-endian bytes. Types below 32 bits share
 * {@code int32_data}, one element an entry; those below 8 bits have one packed byte an entry.
 */
final class TypedData {
    private TypedData() {}

    /** The field for elements of a type. */
    static FieldDescriptor field(DataType type) {
        int number =
                switch (type) {
                    case FLOAT, COMPLEX64 -> TensorProto.FLOAT_DATA_FIELD_NUMBER;
                    case DOUBLE, COMPLEX128 -> TensorProto.DOUBLE_DATA_FIELD_NUMBER;
                    case INT64 -> TensorProto.INT64_DATA_FIELD_NUMBER;
                    case UINT32, UINT64 -> TensorProto.UINT64_DATA_FIELD_NUMBER;
                    case STRING -> TensorProto.STRING_DATA_FIELD_NUMBER;
                    default -> TensorProto.INT32_DATA_FIELD_NUMBER;
                };
        return TensorProto.getDescriptor().findFieldByNumber(number);
    }

    /** Packs the entries of {@link #field}, which must fill {@code bytes} exactly. */
    static ByteBuffer pack(TensorProto proto, DataType type, int bytes, Place place) {
        int entries = proto.getRepeatedFieldCount(field(type));
        if (entries != bytes / entryBytes(type)) {
            throw place.invalid(
                    "%s must have %d entries, got %d", field(type).getName(), bytes / entryBytes(type), entries);
        }
        ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < entries; i++) {
            switch (type) {
                case FLOAT, COMPLEX64 -> data.putFloat(proto.getFloatData(i));
                case DOUBLE, COMPLEX128 -> data.putDouble(proto.getDoubleData(i));
                case INT64 -> data.putLong(proto.getInt64Data(i));
                case UINT64 -> data.putLong(proto.getUint64Data(i));
                default -> putInteger(data, proto, type, i, place);
            }
        }
        return data.flip();
    }

    /** Puts the low bits of an entry, which must fit the element's width as a signed or an unsigned number. */
    private static void putInteger(ByteBuffer data, TensorProto proto, DataType type, int i, Place place) {
        int bits = entryBytes(type) * Byte.SIZE;
        long entry = type == DataType.UINT32 ? proto.getUint64Data(i) : proto.getInt32Data(i);
        if (entry < -(1L << (bits - 1)) || entry >= 1L << bits) {
            throw place.invalid("%s[%d] must fit %d bits, got %d", field(type).getName(), i, bits, entry);
        }
        switch (bits) {
            case 8 -> data.put((byte) entry);
            case 16 -> data.putShort((short) entry);
            default -> data.putInt((int) entry);
        }
    }

    /** Adds a tensor's elements to the field of its type. */
    static void unpack(Tensor tensor, TensorProto.Builder proto) {
        ByteBuffer data = tensor.bytes();
        while (data.hasRemaining()) {
            switch (tensor.type()) {
                case FLOAT, COMPLEX64 -> proto.addFloatData(data.getFloat());
                case DOUBLE, COMPLEX128 -> proto.addDoubleData(data.getDouble());
                case INT64 -> proto.addInt64Data(data.getLong());
                case UINT64 -> proto.addUint64Data(data.getLong());
                case UINT32 -> proto.addUint64Data(Integer.toUnsignedLong(data.getInt()));
                case INT32 -> proto.addInt32Data(data.getInt());
                case INT16 -> proto.addInt32Data(data.getShort());
                case UINT16, FLOAT16, BFLOAT16 -> proto.addInt32Data(Short.toUnsignedInt(data.getShort()));
                case INT8 -> proto.addInt32Data(data.get());
                default -> proto.addInt32Data(Byte.toUnsignedInt(data.get()));
            }
        }
    }

    private static int entryBytes(DataType type) {
        return switch (type) {
            case COMPLEX64, COMPLEX128 -> type.bits() / 2 / Byte.SIZE;
            default -> Math.max(type.bits() / Byte.SIZE, 1);
        };
    }
}
