package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Observed;
import dev.assay.runtime.Observed.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The dimensions of a value, each a number or following the batch. */
record Extents(List<Extent> dims) {
    Extents {
        dims = List.copyOf(dims);
    }

    static Extents of(Observed observed) {
        return new Extents(observed.dims());
    }

    static Extents of(Tensor constant) {
        return of(constant.dims());
    }

    static Extents of(long... sizes) {
        return new Extents(
                Arrays.stream(sizes).mapToObj(size -> new Extent(size, 0)).toList());
    }

    int rank() {
        return dims.size();
    }

    /** The axis counted from the front, as ONNX counts negative ones from the back. */
    int axis(long axis) {
        return (int) (axis < 0 ? axis + rank() : axis);
    }

    boolean isFixed(int axis) {
        return dims.get(axis).perImage() == 0;
    }

    /** Whether no dimension follows the batch. */
    boolean isFixed() {
        return dims.stream().allMatch(dim -> dim.perImage() == 0);
    }

    /** These dimensions with another size of one. */
    Extents with(int axis, long size) {
        List<Extent> changed = new ArrayList<>(dims);
        changed.set(axis, new Extent(size, 0));
        return new Extents(changed);
    }

    /** The number of elements from dimension {@code from} on. */
    long elementsFrom(int from) {
        return Tensor.elements(sizesFrom(from));
    }

    /** Whether a dimension is the batch itself. */
    boolean isBatch(int axis) {
        return dims.get(axis).equals(new Extent(0, 1));
    }

    boolean isOne(int axis) {
        return dims.get(axis).equals(new Extent(1, 0));
    }

    /**
     * The size of a dimension.
     *
     * @throws UnsupportedOpException if it follows the batch
     */
    long size(int axis) {
        if (!isFixed(axis)) {
            throw new UnsupportedOpException("dimension %d follows the batch".formatted(axis));
        }
        return dims.get(axis).fixed();
    }

    /** The sizes of the dimensions from {@code from} on. */
    long[] sizesFrom(int from) {
        return IntStream.range(from, rank()).mapToLong(this::size).toArray();
    }

    /**
     * What Reshape takes to make this shape: -1 for the one dimension that follows the batch.
     *
     * @throws UnsupportedOpException if more than one dimension does
     */
    long[] reshapeTarget() {
        if (IntStream.range(0, rank()).filter(axis -> !isFixed(axis)).count() > 1) {
            throw new UnsupportedOpException("more than one dimension follows the batch");
        }
        return dims.stream()
                .mapToLong(dim -> dim.perImage() == 0 ? dim.fixed() : -1)
                .toArray();
    }

    /**
     * As {@link #reshapeTarget()}, 0 in place of -1 where {@code from} has the same dimension in the same place: then the
     * runtime, too, knows the batch to be the same before and after, on which the layout of what follows can depend.
     */
    long[] reshapeTarget(Extents from) {
        long[] target = reshapeTarget();
        for (int axis = 0; axis < Math.min(rank(), from.rank()); axis++) {
            if (target[axis] < 0 && dims.get(axis).equals(from.dims.get(axis))) {
                target[axis] = 0;
            }
        }
        return target;
    }
}
