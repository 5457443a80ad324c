package dev.assay.ir;

import org.jspecify.annotations.Nullable;

/**
 * A declared value: a graph's input, output or intermediate.
 *
 * @param name the value's name, its identity inside the graph
 * @param type element type, or null when undeclared or not a tensor
 * @param shape declared shape, or null when undeclared or not a tensor
 * @param rest everything else the file says of it, opaque
 */
public record Value(
        String name, @Nullable DataType type, @Nullable Shape shape, Bytes rest) {
    /** A tensor value with nothing else said of it. */
    public static Value of(String name, DataType type, @Nullable Shape shape) {
        return new Value(name, type, shape, Bytes.EMPTY);
    }

    /** This value with another shape. */
    public Value withShape(@Nullable Shape shape) {
        return new Value(name, type, shape, rest);
    }
}
