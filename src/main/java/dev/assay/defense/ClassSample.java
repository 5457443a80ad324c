package dev.assay.defense;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.ranking.NaNStrategy;
import org.hipparchus.stat.ranking.NaturalRanking;
import org.hipparchus.stat.ranking.TiesStrategy;

/** The classes that are compared, of all that were screened. Immutable. */
final class ClassSample {
    private final int classes;
    private final List<Double> promises;
    private final List<Double> scores;
    private final SortedSet<Integer> suspects;
    private final SortedSet<Integer> drawn;

    private ClassSample(int classes, List<Double> promises, SortedSet<Integer> suspects, SortedSet<Integer> drawn) {
        this.classes = classes;
        this.promises = promises;
        this.scores = promises.isEmpty() ? List.of() : scores(promises);
        this.suspects = Collections.unmodifiableSortedSet(suspects);
        this.drawn = Collections.unmodifiableSortedSet(drawn);
    }

    /** All of so many. */
    static ClassSample all(int classes) {
        return new ClassSample(classes, List.of(), new TreeSet<>(), sorted(IntStream.range(0, classes)));
    }

    /**
     * So many suspects, which promise the smallest norms, and so many drawn from the others: a systematic sample of them
     * in the order of their promises, from a random start. All classes where there are no more than that.
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
                promises.length,
                DoubleStream.of(promises).boxed().toList(),
                new TreeSet<>(rising.subList(0, suspects)),
                sorted(IntStream.range(0, drawn)
                        .map(i ->
                                others.get(Math.min((int) ((i + start) * others.size() / drawn), others.size() - 1)))));
    }

    private static List<Double> scores(List<Double> promises) {
        double[] ranks = new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE)
                .rank(promises.stream().mapToDouble(promise -> promise).toArray());
        NormalDistribution normal = new NormalDistribution();
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
        return classes;
    }

    /** For each class the norm that its screening promised; empty where all classes are compared. */
    List<Double> promises() {
        return promises;
    }

    /** Those that promise the smallest norms, compared in any case; none where all classes are compared. */
    SortedSet<Integer> suspects() {
        return suspects;
    }

    /** A sample of the others, or all. */
    SortedSet<Integer> drawn() {
        return drawn;
    }

    /** The classes compared, by number. */
    SortedSet<Integer> compared() {
        SortedSet<Integer> compared = new TreeSet<>(suspects);
        compared.addAll(drawn);
        return compared;
    }

    /** How many classes one that is compared stands for. */
    double weight(int target) {
        return suspects.contains(target) ? 1 : (double) (classes - suspects.size()) / drawn.size();
    }

    /**
     * A class's normal score: where a standard normal value would lie that has the rank which the class has by its promise,
     * {@code Φ⁻¹((rank − ½) / classes)}; 0 where all classes are compared.
     */
    double score(int target) {
        return scores.isEmpty() ? 0 : scores.get(target);
    }

    /** The scores of the classes that are not compared. */
    double[] scoresOfOthers() {
        SortedSet<Integer> compared = compared();
        return IntStream.range(0, classes)
                .filter(target -> !compared.contains(target))
                .mapToDouble(this::score)
                .toArray();
    }
}
