package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The gradient of Gather-13 with constant indices, gathered itself: each element of x takes the gradients of the places
 * that it was gathered to, filled up with zeros, and adds them. Where every element goes to about as many places, as
 * patches of a convolution do, this moves no more than the forward pass did, in parallel, where ScatterND adds one row
 * after the other.
 */
final class GatherGradient {
    /** So many times the forward pass's elements may be moved. */
    private static final int MOST = 2;

    private final Step step;
    private final int axis;
    /** For each element along the axis the places that it was gathered to. */
    private final List<List<Long>> places = new ArrayList<>();

    private final int most;
    private final long count;

    GatherGradient(Step step, int axis, Tensor indices) {
        this.step = step;
        this.axis = axis;
        long size = step.shape(0).size(axis);
        for (long i = 0; i < size; i++) {
            places.add(new ArrayList<>());
        }
        long place = 0;
        for (long index : indices.longs()) {
            places.get((int) (index < 0 ? index + size : index)).add(place++);
        }
        this.count = place;
        this.most = places.stream().mapToInt(List::size).max().orElse(0);
    }

    /** Whether that moves few enough elements. */
    boolean isCheap() {
        return (long) most * places.size() <= MOST * count;
    }

    String write() {
        Extents x = step.shape(0);
        String rows =
                step.call("Reshape", step.dy(), step.longs(x.with(axis, count).reshapeTarget()));
        String padded = step.call("Pad", rows, step.longs(0, 1), "", step.longs(axis));
        long[] wanted = new long[most * places.size()];
        Arrays.fill(wanted, count);
        for (int i = 0; i < places.size(); i++) {
            for (int j = 0; j < places.get(i).size(); j++) {
                wanted[i * most + j] = places.get(i).get(j);
            }
        }
        String indices = step.constant(Tensor.ofLongs(new long[] {places.size(), most}, wanted));
        String gathered = step.call("Gather", Map.of("axis", Attribute.of((long) axis)), padded, indices);
        return step.sum(gathered, false, LongStream.of(axis + 1L).toArray());
    }
}
