package dev.assay.defense;

import dev.assay.defense.NeuralCleanseEvidence.LevelComparison;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.hipparchus.stat.StatUtils;

/**
 * The norms of all compared classes, level by level.
 *
 * @param levels what was compared at each level
 * @param standings where each class stands that was compared at any level, by number
 */
record NormComparison(List<LevelComparison> levels, Map<Integer, Standing> standings) {
    NormComparison {
        levels = List.copyOf(levels);
        standings = Collections.unmodifiableMap(new TreeMap<>(standings));
    }

    /**
     * Where a class stands: medians over the levels, but for those where the norms' median absolute deviation is zero.
     *
     * @param index its anomaly index
     * @param lowest the lowest index that leaving out another class makes; NaN where there is none at some level
     * @param linear the paper's index
     */
    record Standing(double index, double lowest, double linear) {
        private static Standing of(List<AnomalyIndex> indices) {
            boolean unknown = indices.stream().anyMatch(index -> Double.isNaN(index.lowest()));
            return new Standing(
                    median(indices, AnomalyIndex::value),
                    unknown ? Double.NaN : median(indices, AnomalyIndex::lowest),
                    median(indices, AnomalyIndex::linear));
        }

        private static double median(List<AnomalyIndex> indices, ToDoubleFunction<AnomalyIndex> figure) {
            return StatUtils.percentile(indices.stream().mapToDouble(figure).toArray(), 50);
        }
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
        Map<Integer, Standing> standings = new TreeMap<>();
        indices.forEach((target, each) -> standings.put(target, Standing.of(each)));
        return new NormComparison(comparisons, standings);
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
                AnomalyIndex.median(norms),
                reached.get(lowest).target(),
                indices.get(lowest).value(),
                indices.get(lowest).lowest(),
                indices.get(lowest).highest(),
                indices.get(lowest).linear());
    }
}
