package dev.assay.runtime;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What kernels multiplied and accumulated that no node of the artifact's main graph accounts for: in graphs inside it, in
 * local functions, in operators that are not counted there, and behind values that no probe saw.
 */
final class UncountedKernels {
    private static final int NAMED = 3;

    /**
     * Multiply-accumulates for one image.
     *
     * @param all of them
     * @param inFloat those in float, in a kernel on integers
     */
    record Count(long all, long inFloat) {
        static final Count NONE = new Count(0, 0);

        Count plus(Count more) {
            return new Count(all + more.all, inFloat + more.inFloat);
        }
    }

    private final List<ExecutedNode> executed;
    private final IdentityHashMap<ExecutedNode, Count> counts = new IdentityHashMap<>();
    private final List<ExecutedNode> unknown = new ArrayList<>();

    /**
     * Counts from the shapes in the profile.
     *
     * @param executed all that ran, in order
     * @param counted those for which a node of the main graph accounts once
     * @param batch number of images in a run
     */
    UncountedKernels(List<ExecutedNode> executed, Set<ExecutedNode> counted, long batch) {
        this.executed = executed;
        for (ExecutedNode ran : executed) {
            double calls = ran.calls() - (counted.contains(ran) ? 1 : 0);
            if (ran.isMacKernel() && calls > 0) {
                OptionalLong one = Macs.of(ran);
                if (one.isPresent()) {
                    double perImage = calls / batch;
                    counts.put(ran, new Count(ceil(perImage * one.getAsLong()), ceil(perImage * Macs.inFloat(ran))));
                } else {
                    unknown.add(ran);
                }
            }
        }
    }

    private static long ceil(double count) {
        return (long) Math.ceil(count);
    }

    /** The first kernel with so many multiply-accumulates, for a node that no name leads to; it is counted from then on. */
    Optional<ExecutedNode> take(long macs) {
        Optional<ExecutedNode> found = executed.stream()
                .filter(ran -> counts.getOrDefault(ran, Count.NONE).all() == macs)
                .findFirst();
        found.ifPresent(counts::remove);
        return found;
    }

    /** What a kernel has beside what is counted; it is counted from then on. */
    Count take(ExecutedNode ran) {
        Count count = counts.remove(ran);
        return count == null ? Count.NONE : count;
    }

    /** The kernels that cannot be counted. */
    List<ExecutedNode> unknown() {
        return unknown;
    }

    /** Why not all could be counted, in one line; null when they could. */
    @Nullable
    String whyUnknown() {
        return unknown.isEmpty()
                ? null
                : unknown.stream()
                        .limit(NAMED)
                        .map(ran -> "'%s' (%s)".formatted(ran.name(), ran.op()))
                        .collect(Collectors.joining(
                                ", ",
                                "the profile does not tell how much these computed: ",
                                unknown.size() > NAMED ? ", …" : ""));
    }
}
