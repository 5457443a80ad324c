package dev.assay.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.UnsafeByteOperations;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.SparseTensor;
import dev.assay.ir.Tensor;
import dev.assay.onnx.proto.SparseTensorProto;
import dev.assay.onnx.proto.StringStringEntryProto;
import dev.assay.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** {@code TensorProto} to and from {@link Tensor}. */
final class TensorCodec {
    private static final int EXTERNAL = 1;
    private static final FieldDescriptor RAW_DATA = field(TensorProto.RAW_DATA_FIELD_NUMBER);
    private static final List<FieldDescriptor> DATA_FIELDS = IntStream.of(
                    TensorProto.RAW_DATA_FIELD_NUMBER,
                    TensorProto.FLOAT_DATA_FIELD_NUMBER,
                    TensorProto.INT32_DATA_FIELD_NUMBER,
                    TensorProto.STRING_DATA_FIELD_NUMBER,
                    TensorProto.INT64_DATA_FIELD_NUMBER,
                    TensorProto.DOUBLE_DATA_FIELD_NUMBER,
                    TensorProto.UINT64_DATA_FIELD_NUMBER)
            .mapToObj(TensorCodec::field)
            .toList();

    private TensorCodec() {}

    private static FieldDescriptor field(int number) {
        return TensorProto.getDescriptor().findFieldByNumber(number);
    }

    static Tensor decode(TensorProto proto, ExternalFiles files, Place place) {
        DataType type = DataType.ofCode(proto.getDataType())
                .orElseThrow(() -> place.invalid("element type %d is not known", proto.getDataType()));
        if (proto.hasSegment()) {
            throw place.invalid("segments of tensors are not supported");
        }
        long[] dims = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
        int bytes = bytes(type, dims, place);
        Tensor.Storage storage = storage(proto);
        requireOnePlace(proto, type, storage, place);
        if (type == DataType.STRING) {
            return strings(proto, dims, storage, place);
        }
        ByteBuffer data =
                switch (storage) {
                    case EXTERNAL -> files.read(proto.getExternalDataList(), bytes, place);
                    case RAW -> proto.getRawData().asReadOnlyByteBuffer();
                    case TYPED -> TypedData.pack(proto, type, bytes, place);
                };
        try {
            return Tensor.of(type, dims, data, storage, rest(proto));
        } catch (IllegalArgumentException e) {
            throw place.invalid(e);
        }
    }

    private static Tensor.Storage storage(TensorProto proto) {
        if (proto.getDataLocation() == EXTERNAL) {
            return Tensor.Storage.EXTERNAL;
        }
        return proto.hasRawData() ? Tensor.Storage.RAW : Tensor.Storage.TYPED;
    }

    private static void requireOnePlace(TensorProto proto, DataType type, Tensor.Storage storage, Place place) {
        for (FieldDescriptor field : DATA_FIELDS) {
            boolean expected =
                    switch (storage) {
                        case EXTERNAL -> false;
                        case RAW -> field.equals(RAW_DATA);
                        case TYPED -> field.equals(TypedData.field(type));
                    };
            if (!expected && Fields.isFilled(proto, field)) {
                throw place.invalid(
                        "%s data must lie in one place that fits it, got some in %s", type, field.getName());
            }
        }
    }

    private static int bytes(DataType type, long[] dims, Place place) {
        long elements;
        try {
            elements = Tensor.elements(dims);
        } catch (IllegalArgumentException e) {
            throw place.invalid(e);
        }
        return type.bytesFor(elements)
                .filter(bytes -> bytes <= Integer.MAX_VALUE)
                .map(Long::intValue)
                .orElseThrow(() -> place.invalid("a tensor must be below 2 GB, got %d %s", elements, type));
    }

    private static Tensor strings(TensorProto proto, long[] dims, Tensor.Storage storage, Place place) {
        if (storage != Tensor.Storage.TYPED) {
            throw place.invalid("strings must lie in string_data");
        }
        List<Bytes> strings =
                proto.getStringDataList().stream().map(Rest::bytes).toList();
        try {
            return Tensor.ofStrings(dims, strings, rest(proto));
        } catch (IllegalArgumentException e) {
            throw place.invalid(e);
        }
    }

    private static Bytes rest(TensorProto proto) {
        TensorProto.Builder rest = proto.toBuilder().clearDims().clearDataType();
        DATA_FIELDS.forEach(rest::clearField);
        return Rest.of(rest);
    }

    /** The message of a tensor, its data inside. */
    static TensorProto.Builder encode(Tensor tensor) {
        TensorProto.Builder proto = encodeReference(tensor).clearExternalData();
        if (proto.getDataLocation() == EXTERNAL) {
            proto.clearDataLocation();
        }
        if (tensor.type() == DataType.STRING) {
            tensor.strings().forEach(string -> proto.addStringData(Rest.string(string)));
        } else if (tensor.storage() == Tensor.Storage.TYPED) {
            TypedData.unpack(tensor, proto);
        } else {
            proto.setRawData(UnsafeByteOperations.unsafeWrap(tensor.bytes()));
        }
        return proto;
    }

    /** The message of a tensor without its data, but with the reference to it where it is in an external file. */
    static TensorProto.Builder encodeReference(Tensor tensor) {
        TensorProto.Builder proto = Rest.into(TensorProto.newBuilder(), tensor.rest());
        for (long dim : tensor.dims()) {
            proto.addDims(dim);
        }
        return proto.setDataType(tensor.type().code());
    }

    /** The message of a tensor whose data is not in a file. */
    static TensorProto.Builder encodeGiven(Tensor tensor) {
        return encodeReference(tensor)
                .setDataLocation(EXTERNAL)
                .clearExternalData()
                .addExternalData(StringStringEntryProto.newBuilder()
                        .setKey(ByteString.copyFromUtf8("location"))
                        .setValue(ByteString.copyFromUtf8("given")));
    }

    static SparseTensor decode(SparseTensorProto proto, ExternalFiles files, Place place) {
        Tensor values = decode(proto.getValues(), files, place.in("part", "values"));
        Tensor indices = decode(proto.getIndices(), files, place.in("part", "indices"));
        return new SparseTensor(
                values, indices, Rest.of(proto.toBuilder().clearValues().clearIndices()));
    }
}
