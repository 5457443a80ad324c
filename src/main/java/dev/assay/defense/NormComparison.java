package dev.assay.defense;

import dev.assay.defense.LowOutliers.Standing;
import dev.assay.defense.NeuralCleanseEvidence.LevelComparison;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.hipparchus.stat.StatUtils;

/**
 * The norms of all compared classes, level by level.
 *
 * @param levels what was compared at each level
 * @param standings where each class stands that was compared at any level, by number: its median deviation over the
 *     levels, and the probability that chance makes its norms this low at any of them
 */
record NormComparison(List<LevelComparison> levels, Map<Integer, Standing> standings) {
    NormComparison {
        levels = List.copyOf(levels);
        standings = Collections.unmodifiableMap(new TreeMap<>(standings));
    }

    /**
     * Compares. A level is left out where fewer than half of the classes, or fewer than {@code fewest}, reached it, or
     * where their norms are equal.
     *
     * @param sample the classes they are of
     * @param significance below which a class is flagged
     */
    static NormComparison of(
            List<TriggerFrontier> frontiers, List<Double> levels, int fewest, ClassSample sample, double significance) {
        List<LevelComparison> comparisons = new ArrayList<>();
        Map<Integer, List<Standing>> standings = new TreeMap<>();
        for (int i = 0; i < levels.size(); i++) {
            int level = i;
            List<TriggerFrontier> reached = frontiers.stream()
                    .filter(frontier -> frontier.best().get(level).isPresent())
                    .toList();
            if (reached.size() >= fewest && 2 * reached.size() >= frontiers.size()) {
                Map<Integer, Double> norms = new TreeMap<>();
                reached.forEach(frontier -> norms.put(
                        frontier.target(),
                        frontier.best().get(level).orElseThrow().norm()));
                LowOutliers.of(norms, sample, significance).ifPresent(outliers -> {
                    outliers.standings().forEach((target, standing) -> standings
                            .computeIfAbsent(target, key -> new ArrayList<>())
                            .add(standing));
                    comparisons.add(comparison(levels.get(level), norms, outliers));
                });
            }
        }
        Map<Integer, Standing> overall = new TreeMap<>();
        standings.forEach((target, each) -> overall.put(target, overLevels(each)));
        return new NormComparison(comparisons, overall);
    }

    private static Standing overLevels(List<Standing> standings) {
        double deviations = StatUtils.percentile(
                standings.stream().mapToDouble(Standing::deviations).toArray(), 50);
        return new Standing(
                deviations,
                simes(standings.stream().mapToDouble(Standing::p).sorted().toArray()));
    }

    /** The probability that chance makes any of several tests this sure, which may go together (Simes, Biometrika 1986). */
    private static double simes(double[] rising) {
        return IntStream.range(0, rising.length)
                .mapToDouble(i -> rising[i] * rising.length / (i + 1))
                .min()
                .orElseThrow();
    }

    private static LevelComparison comparison(double level, Map<Integer, Double> normOf, LowOutliers outliers) {
        List<Integer> classes = List.copyOf(normOf.keySet());
        double[] norms = normOf.values().stream().mapToDouble(norm -> norm).toArray();
        int lowest = IntStream.range(0, norms.length)
                .boxed()
                .min(Comparator.comparingDouble(which -> norms[which]))
                .orElseThrow();
        Standing standing = Objects.requireNonNull(outliers.standings().get(classes.get(lowest)));
        AnomalyIndex index = AnomalyIndex.of(norms, lowest);
        return new LevelComparison(
                level,
                classes,
                StatUtils.percentile(norms, 50),
                classes.get(lowest),
                standing.deviations(),
                standing.p(),
                outliers.line(),
                index.value(),
                index.lowest(),
                index.highest());
    }
}
