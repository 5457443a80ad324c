package dev.assay.defense;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.ranking.NaNStrategy;
import org.hipparchus.stat.ranking.NaturalRanking;
import org.hipparchus.stat.ranking.TiesStrategy;

/**
 * The classes that are compared, of all that were screened.
 *
 * @param scores for each class its normal score: where a standard normal value would lie that has the rank which the class
 *     has by the norm it promises, {@code Φ⁻¹((rank − ½) / classes)}
 * @param suspects those that promise the smallest norms, compared in any case; none where all classes are compared
 * @param drawn a sample of the others, or all
 */
record ClassSample(List<Double> scores, SortedSet<Integer> suspects, SortedSet<Integer> drawn) {
    ClassSample {
        scores = List.copyOf(scores);
        suspects = Collections.unmodifiableSortedSet(new TreeSet<>(suspects));
        drawn = Collections.unmodifiableSortedSet(new TreeSet<>(drawn));
    }

    /** All of so many. */
    static ClassSample all(int classes) {
        return new ClassSample(
                Collections.nCopies(classes, 0.0), Collections.emptySortedSet(), sorted(IntStream.range(0, classes)));
    }

    /**
     * The most suspicious classes, and of the others as many, evenly spread over how suspicious they are, from a random
     * one on; all of them where they are no more than that.
     *
     * @param promises for each class the norm that its screening promises; infinite where it promises nothing
     */
    static ClassSample of(double[] promises, int suspects, int drawn, SplittableRandom random) {
        if (promises.length <= suspects + drawn) {
            return all(promises.length);
        }
        List<Integer> rising = IntStream.range(0, promises.length)
                .boxed()
                .sorted(Comparator.comparingDouble(target -> promises[target]))
                .toList();
        List<Integer> others = rising.subList(suspects, rising.size());
        double start = random.nextDouble();
        return new ClassSample(
                scores(promises),
                new TreeSet<>(rising.subList(0, suspects)),
                sorted(IntStream.range(0, drawn).map(i -> others.get((int) ((i + start) * others.size() / drawn)))));
    }

    private static List<Double> scores(double[] promises) {
        NormalDistribution normal = new NormalDistribution();
        double[] ranks = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE).rank(promises);
        return DoubleStream.of(ranks)
                .map(rank -> normal.inverseCumulativeProbability((rank - 0.5) / ranks.length))
                .boxed()
                .toList();
    }

    private static SortedSet<Integer> sorted(IntStream classes) {
        return classes.boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    /** How many classes there are. */
    int classes() {
        return scores.size();
    }

    /** The classes compared, by number. */
    Set<Integer> compared() {
        return Stream.concat(suspects.stream(), drawn.stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The scores of the classes that are not compared. */
    double[] scoresOfOthers() {
        Set<Integer> compared = compared();
        return IntStream.range(0, classes())
                .filter(target -> !compared.contains(target))
                .mapToDouble(scores::get)
                .toArray();
    }

    /** How many classes one that is compared stands for. */
    double weight(int target) {
        return suspects.contains(target) ? 1 : (double) (classes() - suspects.size()) / drawn.size();
    }
}
