package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * Masks read from integer tensors, in operations on single bytes: a byte is a quarter of a float to read and write, and a
 * comparison costs more than a cast (measured).
 */
final class Limits {
    private Limits() {}

    /**
     * A 0/1 mask of the step's type: where an integer tensor is at neither limit of its type.
     *
     * @throws UnsupportedOpException for types other than integers of 8 and 16 bits
     */
    static String inside(Step s, String integers) {
        DataType type = s.backward().forward().type(integers);
        String fromLowest = s.backward().twin(integers).orElseGet(() -> fromLowest(s, integers, type));
        String mask =
                s.asNumbers(s.call("And", isNotZero(s, fromLowest), isNotZero(s, s.call("BitwiseNot", fromLowest))));
        if (s.backward()
                .units()
                .zeroPoint(integers)
                .filter(zero -> zero == lowest(type))
                .isPresent()) {
            s.backward().isWider(s.asNumbers(isNotZero(s, fromLowest)), mask);
        }
        return mask;
    }

    /** Whether an integer tensor has one zero point, above the lowest level of its type. */
    static boolean zeroIsWithin(Step s, String integers) {
        DataType type = s.backward().forward().type(integers);
        return s.backward()
                .units()
                .zeroPoint(integers)
                .filter(zero -> zero > lowest(type))
                .isPresent();
    }

    /**
     * As {@link Step#positive}, for the real numbers that 8-bit integers with one zero point stand for; empty for
     * others.
     */
    static Optional<String> positive(Step s, String value) {
        return s.backward()
                .dequantizedFrom(value)
                .map(inputs -> inputs.get(0))
                .filter(integers -> s.backward()
                        .forward()
                        .typeIfKnown(integers)
                        .filter(Limits::isByte)
                        .isPresent())
                .flatMap(integers ->
                        s.backward().units().zeroPoint(integers).map(zero -> s.asNumbers(above(s, integers, zero))));
    }

    private static String above(Step s, String integers, int zero) {
        DataType type = s.backward().forward().type(integers);
        if (zero == lowest(type)) {
            return isNotZero(s, fromLowest(s, integers, type));
        }
        String level = s.constant(scalar(type, zero));
        String atLeastZero = s.call("Max", integers, level);
        return isNotZero(s, zero == 0 ? atLeastZero : s.call("BitwiseXor", atLeastZero, level));
    }

    private static boolean isByte(DataType type) {
        return type == DataType.UINT8 || type == DataType.INT8;
    }

    private static int lowest(DataType type) {
        return switch (type) {
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            default -> 0;
        };
    }

    /** The same bits for an unsigned type; for a signed one the sign turned over: no bit set is the lowest level. */
    private static String fromLowest(Step s, String integers, DataType type) {
        return switch (type) {
            case UINT8, UINT16 -> integers;
            case INT8, INT16 -> s.call("BitwiseXor", integers, s.constant(scalar(type, lowest(type))));
            default -> throw new UnsupportedOpException("no limits are known of %s '%s'".formatted(type, integers));
        };
    }

    private static String isNotZero(Step s, String integers) {
        return s.call("Cast", Map.of("to", Attribute.of(DataType.BOOL.code())), integers);
    }

    private static Tensor scalar(DataType type, int value) {
        byte[] bytes =
                type == DataType.INT16 ? new byte[] {(byte) value, (byte) (value >> 8)} : new byte[] {(byte) value};
        return Tensor.of(type, new long[0], bytes);
    }
}
