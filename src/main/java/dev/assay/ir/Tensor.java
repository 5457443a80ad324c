package dev.assay.ir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable constant tensor: little-endian packed bytes as in ONNX {@code raw_data}, or strings.
 *
 * <p>Elements narrower than a byte are packed, first element in the low bits. The bytes are never copied on reading;
 * {@code floats()} and its like return fresh arrays.
 */
public final class Tensor {
    /** How a tensor's data lies in its file. */
    public enum Storage {
        /** {@code raw_data}. */
        RAW,
        /** {@code float_data}, {@code int32_data}, …. */
        TYPED,
        /** A file beside the model. */
        EXTERNAL
    }

    private final DataType type;
    private final long[] dims;
    private final ByteBuffer data;
    private final List<Bytes> strings;
    private final Storage storage;
    private final Bytes rest;

    private Tensor(DataType type, long[] dims, ByteBuffer data, List<Bytes> strings, Storage storage, Bytes rest) {
        this.type = type;
        this.dims = dims;
        this.data = data;
        this.strings = strings;
        this.storage = storage;
        this.rest = rest;
    }

    /**
     * A tensor over packed little-endian bytes, which are not copied and must not change afterwards.
     *
     * @throws IllegalArgumentException if the bytes do not fit type and dims
     */
    public static Tensor of(DataType type, long[] dims, ByteBuffer data, Storage storage, Bytes rest) {
        long elements = elements(dims);
        long bytes = type.bytesFor(elements).orElseThrow(() -> new IllegalArgumentException("tensor too large"));
        if (type == DataType.STRING || bytes != data.remaining()) {
            throw new IllegalArgumentException(
                    "%s%s needs %d bytes, got %d".formatted(type, Arrays.toString(dims), bytes, data.remaining()));
        }
        ByteBuffer view = data.asReadOnlyBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
        return new Tensor(type, dims.clone(), view, List.of(), storage, rest);
    }

    /** A tensor over packed little-endian bytes, which are not copied and must not change afterwards. */
    public static Tensor of(DataType type, long[] dims, byte[] data) {
        return of(type, dims, ByteBuffer.wrap(data), Storage.RAW, Bytes.EMPTY);
    }

    /** A string tensor. */
    public static Tensor ofStrings(long[] dims, List<Bytes> strings, Bytes rest) {
        if (elements(dims) != strings.size()) {
            throw new IllegalArgumentException(
                    "STRING%s got %d strings".formatted(Arrays.toString(dims), strings.size()));
        }
        return new Tensor(
                DataType.STRING, dims.clone(), ByteBuffer.allocate(0), List.copyOf(strings), Storage.TYPED, rest);
    }

    /** A FLOAT tensor; {@code values} are copied. */
    public static Tensor ofFloats(long[] dims, float... values) {
        ByteBuffer data = littleEndian(values.length * Float.BYTES);
        data.asFloatBuffer().put(values);
        return of(DataType.FLOAT, dims, data, Storage.RAW, Bytes.EMPTY);
    }

    /** An INT64 tensor; {@code values} are copied. */
    public static Tensor ofLongs(long[] dims, long... values) {
        ByteBuffer data = littleEndian(values.length * Long.BYTES);
        data.asLongBuffer().put(values);
        return of(DataType.INT64, dims, data, Storage.RAW, Bytes.EMPTY);
    }

    /** An INT32 tensor; {@code values} are copied. */
    public static Tensor ofInts(long[] dims, int... values) {
        ByteBuffer data = littleEndian(values.length * Integer.BYTES);
        data.asIntBuffer().put(values);
        return of(DataType.INT32, dims, data, Storage.RAW, Bytes.EMPTY);
    }

    /** A FLOAT scalar. */
    public static Tensor scalar(float value) {
        return ofFloats(new long[0], value);
    }

    /** A one-dimensional INT64 tensor, as shapes and axes are written. */
    public static Tensor vector(long... values) {
        return ofLongs(new long[] {values.length}, values);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * The number of elements of a shape.
     *
     * @throws IllegalArgumentException if a dim is negative or the product overflows
     */
    public static long elements(long... dims) {
        long product = 1;
        for (long dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dims));
            }
            try {
                product = Math.multiplyExact(product, dim);
            } catch (ArithmeticException overflow) {
                throw new IllegalArgumentException("dimensions overflow: " + Arrays.toString(dims), overflow);
            }
        }
        return product;
    }

    public DataType type() {
        return type;
    }

    /** A copy of the dimensions; empty for a scalar. */
    public long[] dims() {
        return dims.clone();
    }

    public int rank() {
        return dims.length;
    }

    public long dim(int axis) {
        return dims[axis];
    }

    /** Number of elements. */
    public long size() {
        return elements(dims);
    }

    /** The packed little-endian bytes: a fresh read-only view. */
    public ByteBuffer bytes() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The strings of a STRING tensor; empty for any other. */
    public List<Bytes> strings() {
        return strings;
    }

    public Storage storage() {
        return storage;
    }

    /** What the file says beside type, dims and data (name, external location, documentation), opaque. */
    public Bytes rest() {
        return rest;
    }

    /** The same elements in another shape of equal size; shares the bytes. */
    public Tensor reshape(long... newDims) {
        return of(type, newDims, bytes(), Storage.RAW, Bytes.EMPTY);
    }

    /**
     * The elements as floats, widened or rounded from any numeric type up to 64 bits but FLOAT8 and FLOAT4.
     *
     * @throws IllegalStateException for other types
     */
    public float[] floats() {
        if (type == DataType.FLOAT) {
            float[] values = new float[Math.toIntExact(size())];
            bytes().asFloatBuffer().get(values);
            return values;
        }
        float[] values = new float[Math.toIntExact(size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) element(i);
        }
        return values;
    }

    /**
     * The elements of an integer or BOOL tensor; UINT64 above {@code Long.MAX_VALUE} wraps.
     *
     * @throws IllegalStateException for other types
     */
    public long[] longs() {
        long[] values = new long[Math.toIntExact(size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = integer(i);
        }
        return values;
    }

    /** The elements of an integer or BOOL tensor that fits {@code int}. */
    public int[] ints() {
        return Arrays.stream(longs()).mapToInt(Math::toIntExact).toArray();
    }

    private double element(int i) {
        return switch (type) {
            case FLOAT -> data.getFloat(i * Float.BYTES);
            case DOUBLE -> data.getDouble(i * Double.BYTES);
            case FLOAT16 -> HalfPrecision.toFloat(data.getShort(i * Short.BYTES));
            case BFLOAT16 -> Float.intBitsToFloat(data.getShort(i * Short.BYTES) << 16);
            case UINT64 -> {
                long bits = integer(i);
                yield (bits >>> 1) * 2.0 + (bits & 1);
            }
            default -> integer(i);
        };
    }

    private long integer(int i) {
        return switch (type) {
            case INT8 -> data.get(i);
            case UINT8, BOOL -> data.get(i) & 0xFF;
            case INT16 -> data.getShort(i * Short.BYTES);
            case UINT16 -> data.getShort(i * Short.BYTES) & 0xFFFF;
            case INT32 -> data.getInt(i * Integer.BYTES);
            case UINT32 -> data.getInt(i * Integer.BYTES) & 0xFFFF_FFFFL;
            case INT64, UINT64 -> data.getLong(i * Long.BYTES);
            case UINT4 -> (data.get(i / 2) >> (i % 2 * 4)) & 0xF;
            case INT4 -> (byte) (data.get(i / 2) << (4 - i % 2 * 4)) >> 4;
            case UINT2 -> (data.get(i / 4) >> (i % 4 * 2)) & 0x3;
            case INT2 -> (byte) (data.get(i / 4) << (6 - i % 4 * 2)) >> 6;
            default -> throw new IllegalStateException("no numbers in a tensor of " + type);
        };
    }

    /** Equal type, shape and content; storage and {@link #rest()} do not count. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tensor that
                && type == that.type
                && Arrays.equals(dims, that.dims)
                && data.equals(that.data)
                && strings.equals(that.strings);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type.hashCode() + Arrays.hashCode(dims)) + data.hashCode();
    }

    @Override
    public String toString() {
        return type + Arrays.toString(dims);
    }
}
