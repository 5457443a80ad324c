package dev.assay.ir;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A declared shape: what a file says about a value, to be confirmed by running it. */
public record Shape(List<Dim> dims) {
    public Shape {
        dims = List.copyOf(dims);
    }

    /** A fully known shape. */
    public static Shape of(long... dims) {
        return new Shape(Arrays.stream(dims).mapToObj(Dim::of).toList());
    }

    public int rank() {
        return dims.size();
    }

    public Dim dim(int axis) {
        return dims.get(axis);
    }

    public boolean isKnown() {
        return dims.stream().allMatch(Dim::isKnown);
    }

    /** Sizes, with -1 where a size is not known. */
    public long[] sizes() {
        return dims.stream().mapToLong(Dim::size).toArray();
    }

    @Override
    public String toString() {
        return dims.stream().map(Dim::toString).collect(Collectors.joining("x"));
    }
}
