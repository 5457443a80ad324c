package dev.assay.runtime;

import dev.assay.ir.DataType;
import java.nio.ByteBuffer;

/**
 * A value of an artifact that can be read while it runs, and what its elements stand for: {@code scale · (element −
 * zeroPoint)}.
 *
 * @param value its name in the artifact
 * @param type FLOAT, UINT8 or INT8
 * @param scale 1 for FLOAT
 * @param zeroPoint 0 for FLOAT
 */
public record Tap(String value, DataType type, double scale, int zeroPoint) {
    static Tap ofFloat(String value) {
        return new Tap(value, DataType.FLOAT, 1, 0);
    }

    /** Whether it is read from integers. */
    public boolean isInteger() {
        return type != DataType.FLOAT;
    }

    /** The real value of element {@code i} of a native-order buffer. */
    public double read(ByteBuffer elements, int i) {
        return switch (type) {
            case FLOAT -> elements.getFloat(i * Float.BYTES);
            case UINT8 -> scale * ((elements.get(i) & 0xFF) - zeroPoint);
            case INT8 -> scale * (elements.get(i) - zeroPoint);
            default -> throw new IllegalStateException("no taps of type " + type);
        };
    }
}
