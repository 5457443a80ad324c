package dev.assay.ir;

import java.util.Optional;

/** Element types of ONNX tensors ({@code TensorProto.DataType}, ONNX 1.20). */
public enum DataType {
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    /** Variable length; {@link #bits()} is 0. */
    STRING(8, 0),
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    UINT64(13, 64),
    COMPLEX64(14, 64),
    COMPLEX128(15, 128),
    BFLOAT16(16, 16),
    FLOAT8E4M3FN(17, 8),
    FLOAT8E4M3FNUZ(18, 8),
    FLOAT8E5M2(19, 8),
    FLOAT8E5M2FNUZ(20, 8),
    UINT4(21, 4),
    INT4(22, 4),
    FLOAT4E2M1(23, 4),
    FLOAT8E8M0(24, 8),
    UINT2(25, 2),
    INT2(26, 2);

    private static final DataType[] BY_CODE = new DataType[27];

    static {
        for (DataType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int bits;

    DataType(int code, int bits) {
        this.code = code;
        this.bits = bits;
    }

    /** The number that stands for this type in ONNX files. */
    public int code() {
        return code;
    }

    /** Bits of one element; elements below 8 bits are packed, the first in the low bits. */
    public int bits() {
        return bits;
    }

    /** Bytes that {@code elements} packed elements take, or empty when that overflows a {@code long}. */
    public Optional<Long> bytesFor(long elements) {
        try {
            return Optional.of(Math.addExact(Math.multiplyExact(elements, (long) bits), 7L) / 8);
        } catch (ArithmeticException overflow) {
            return Optional.empty();
        }
    }

    /** The type with the given ONNX code, empty for {@code UNDEFINED} and codes newer than this table. */
    public static Optional<DataType> ofCode(int code) {
        return code > 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
    }
}
