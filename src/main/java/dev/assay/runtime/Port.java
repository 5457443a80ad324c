package dev.assay.runtime;

import dev.assay.ir.DataType;
import dev.assay.ir.Shape;
import java.util.stream.Collectors;

/**
 * An input or output of a session, as the runtime declares it.
 *
 * @param name the value's name
 * @param type element type
 * @param shape its shape; dimensions may be free
 */
public record Port(String name, DataType type, Shape shape) {
    /** {@code input: FLOAT[N, 3, 32, 32]}. */
    @Override
    public String toString() {
        return shape.dims().stream()
                .map(Object::toString)
                .collect(Collectors.joining(", ", name + ": " + type + "[", "]"));
    }
}
