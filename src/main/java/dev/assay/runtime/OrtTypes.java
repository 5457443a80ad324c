package dev.assay.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Tensors and element types between {@code ir} and ONNX Runtime's Java binding. */
final class OrtTypes {
    private static final Map<DataType, OnnxJavaType> JAVA_TYPES = Map.ofEntries(
            Map.entry(DataType.FLOAT, OnnxJavaType.FLOAT),
            Map.entry(DataType.DOUBLE, OnnxJavaType.DOUBLE),
            Map.entry(DataType.FLOAT16, OnnxJavaType.FLOAT16),
            Map.entry(DataType.BFLOAT16, OnnxJavaType.BFLOAT16),
            Map.entry(DataType.INT8, OnnxJavaType.INT8),
            Map.entry(DataType.UINT8, OnnxJavaType.UINT8),
            Map.entry(DataType.INT16, OnnxJavaType.INT16),
            Map.entry(DataType.INT32, OnnxJavaType.INT32),
            Map.entry(DataType.INT64, OnnxJavaType.INT64),
            Map.entry(DataType.BOOL, OnnxJavaType.BOOL));

    private static final String TYPE_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

    private OrtTypes() {}

    /** By name: the numbers of the Java binding's constants are its own. */
    static DataType dataType(TensorInfo info) {
        return DataType.valueOf(info.onnxType.name().substring(TYPE_PREFIX.length()));
    }

    static Shape shape(TensorInfo info) {
        long[] sizes = info.getShape();
        String[] names = info.getDimensionNames();
        return new Shape(IntStream.range(0, sizes.length)
                .mapToObj(
                        i -> sizes[i] >= 0 ? Dim.of(sizes[i]) : names[i].isEmpty() ? Dim.UNKNOWN : Dim.named(names[i]))
                .toList());
    }

    static boolean isReadable(TensorInfo info) {
        return info.onnxType != OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED
                && JAVA_TYPES.containsKey(dataType(info));
    }

    /** Copies the tensor's bytes, unless they lie in a direct buffer. */
    static OnnxTensor toOrt(Tensor tensor) throws OrtException {
        ByteBuffer source = tensor.bytes();
        if (source.isDirect()) {
            return wrap(source, tensor.type(), tensor.dims());
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(source.remaining()).order(ByteOrder.nativeOrder());
        direct.put(source).flip();
        return wrap(direct, tensor.type(), tensor.dims());
    }

    /** A tensor over a direct buffer, which is not copied. */
    static OnnxTensor wrap(ByteBuffer direct, DataType type, long[] dims) throws OrtException {
        OnnxJavaType javaType = JAVA_TYPES.get(type);
        if (javaType == null) {
            throw new IllegalArgumentException("ONNX Runtime's Java binding has no tensors of " + type);
        }
        return OnnxTensor.createTensor(OrtRuntime.ENVIRONMENT, direct, dims, javaType);
    }

    static Tensor fromOrt(OnnxTensor tensor) {
        TensorInfo info = tensor.getInfo();
        ByteBuffer bytes = tensor.getByteBuffer();
        return Tensor.of(
                dataType(info),
                info.getShape(),
                bytes == null ? ByteBuffer.allocate(0) : bytes,
                Tensor.Storage.RAW,
                Bytes.EMPTY);
    }

    static Sample sample(OnnxTensor tensor, int largestContent) {
        TensorInfo info = tensor.getInfo();
        List<Long> dims = Arrays.stream(info.getShape()).boxed().toList();
        boolean small = info.getNumElements() <= largestContent;
        return new Sample(dataType(info), dims, small ? fromOrt(tensor) : null);
    }
}
