package dev.assay.ir;

import org.jspecify.annotations.Nullable;

/**
 * One dimension of a declared shape: a size, a name, or unknown.
 *
 * @param size the size, or -1 when it is not known
 * @param name the symbolic name, or null
 */
public record Dim(long size, @Nullable String name) {
    /** A dimension of which nothing is known. */
    public static final Dim UNKNOWN = new Dim(-1, null);

    /** A dimension of a known size. */
    public static Dim of(long size) {
        return new Dim(size, null);
    }

    /** A named dimension such as {@code N}. */
    public static Dim named(String name) {
        return new Dim(-1, name);
    }

    public boolean isKnown() {
        return size >= 0;
    }

    @Override
    public String toString() {
        return isKnown() ? Long.toString(size) : name == null ? "?" : name;
    }
}
