package dev.assay.defense;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The classes that are compared, of all that were searched.
 *
 * @param classes how many there are
 * @param suspects those that promise the smallest norms, compared in any case; none where all classes are compared
 * @param drawn a random sample of the others, or all
 */
record ClassSample(int classes, SortedSet<Integer> suspects, SortedSet<Integer> drawn) {
    ClassSample {
        suspects = Collections.unmodifiableSortedSet(new TreeSet<>(suspects));
        drawn = Collections.unmodifiableSortedSet(new TreeSet<>(drawn));
    }

    /** All of so many. */
    static ClassSample all(int classes) {
        return new ClassSample(
                classes,
                Collections.emptySortedSet(),
                IntStream.range(0, classes).boxed().collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The classes compared, by number. */
    Set<Integer> compared() {
        return Stream.concat(suspects.stream(), drawn.stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** How many classes one that is compared stands for. */
    double weight(int target) {
        return suspects.contains(target) ? 1 : (double) (classes - suspects.size()) / drawn.size();
    }
}
