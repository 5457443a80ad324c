package dev.assay.defense;

import dev.assay.defense.NeuralCleanseEvidence.LevelComparison;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.hipparchus.stat.StatUtils;

/**
 * The norms of all compared classes, level by level.
 *
 * @param levels what was compared at each level
 * @param scores for each class that was compared at any level, the median of its anomaly indices over the levels; none of
 *     a level where the norms' median absolute deviation is zero
 * @param doubts likewise of the lowest index that leaving out another class makes; NaN where there is none at some level
 */
record NormComparison(List<LevelComparison> levels, Map<Integer, Double> scores, Map<Integer, Double> doubts) {
    NormComparison {
        levels = List.copyOf(levels);
        scores = Map.copyOf(scores);
        doubts = Map.copyOf(doubts);
    }

    /** Compares; a level is left out where fewer than half of the classes, or fewer than {@code fewest}, reached it. */
    static NormComparison of(List<TriggerFrontier> frontiers, List<Double> levels, int fewest) {
        List<LevelComparison> comparisons = new ArrayList<>();
        Map<Integer, List<AnomalyIndex>> indices = new TreeMap<>();
        for (int i = 0; i < levels.size(); i++) {
            int level = i;
            List<TriggerFrontier> reached = frontiers.stream()
                    .filter(frontier -> frontier.best().get(level).isPresent())
                    .toList();
            if (reached.size() >= fewest && 2 * reached.size() >= frontiers.size()) {
                double[] norms = reached.stream()
                        .mapToDouble(frontier ->
                                frontier.best().get(level).orElseThrow().norm())
                        .toArray();
                List<AnomalyIndex> all = IntStream.range(0, norms.length)
                        .mapToObj(which -> AnomalyIndex.of(norms, which))
                        .toList();
                IntStream.range(0, norms.length)
                        .filter(which -> !Double.isNaN(all.get(which).value()))
                        .forEach(which -> indices.computeIfAbsent(
                                        reached.get(which).target(), key -> new ArrayList<>())
                                .add(all.get(which)));
                comparisons.add(comparison(levels.get(i), reached, norms, all));
            }
        }
        Map<Integer, Double> scores = new TreeMap<>();
        Map<Integer, Double> doubts = new TreeMap<>();
        indices.forEach((target, each) -> {
            scores.put(
                    target,
                    median(each.stream().mapToDouble(AnomalyIndex::value).toArray()));
            doubts.put(
                    target,
                    each.stream().anyMatch(index -> Double.isNaN(index.lowest()))
                            ? Double.NaN
                            : median(each.stream()
                                    .mapToDouble(AnomalyIndex::lowest)
                                    .toArray()));
        });
        return new NormComparison(comparisons, scores, doubts);
    }

    private static double median(double[] values) {
        return StatUtils.percentile(values, 50);
    }

    private static LevelComparison comparison(
            double level, List<TriggerFrontier> reached, double[] norms, List<AnomalyIndex> indices) {
        int lowest = IntStream.range(0, norms.length)
                .boxed()
                .min(Comparator.comparingDouble(which -> norms[which]))
                .orElseThrow();
        return new LevelComparison(
                level,
                reached.stream().map(TriggerFrontier::target).toList(),
                median(norms),
                reached.get(lowest).target(),
                indices.get(lowest).value(),
                indices.get(lowest).lowest(),
                indices.get(lowest).highest());
    }
}
