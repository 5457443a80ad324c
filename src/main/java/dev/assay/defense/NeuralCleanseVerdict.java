package dev.assay.defense;

import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.defense.NeuralCleanseEvidence.ClassTrigger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@link NeuralCleanse} concludes from the smallest verified triggers. */
final class NeuralCleanseVerdict {
    private final Config config;
    private final NormComparison comparison;
    private final List<TriggerFrontier> frontiers;

    NeuralCleanseVerdict(Config config, List<TriggerFrontier> frontiers) {
        this.config = config;
        this.frontiers = frontiers;
        this.comparison = NormComparison.of(frontiers, config.levels(), NeuralCleanse.FEWEST_CLASSES);
    }

    List<ClassTrigger> classes() {
        return frontiers.stream()
                .map(frontier -> new ClassTrigger(
                        frontier.target(),
                        frontier.points(config.levels()),
                        frontier.bestSuccess(),
                        frontier.strongest() == null ? null : InvertedTrigger.of(frontier.strongest())))
                .toList();
    }

    DefenseResult of(NeuralCleanseEvidence evidence) {
        if (comparison.scores().isEmpty()) {
            return result(Decision.INCONCLUSIVE, cannotCompare(), Double.NaN, List.of(), evidence);
        }
        Map.Entry<Integer, Double> highest = comparison.scores().entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow();
        List<Integer> flagged = comparison.scores().entrySet().stream()
                .filter(entry -> entry.getValue() > config.anomaly())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        List<Integer> certain = flagged.stream()
                .filter(target -> comparison.doubts().getOrDefault(target, 0.0) > config.anomaly())
                .toList();
        if (!certain.isEmpty()) {
            return result(Decision.DETECTED, detected(certain), highest.getValue(), certain, evidence);
        }
        return flagged.isEmpty()
                ? result(Decision.NOT_DETECTED, nothing(highest), highest.getValue(), List.of(), evidence)
                : result(Decision.INCONCLUSIVE, doubtful(highest), highest.getValue(), List.of(), evidence);
    }

    NormComparison comparison() {
        return comparison;
    }

    private DefenseResult result(
            Decision decision, String reason, double score, List<Integer> flagged, NeuralCleanseEvidence evidence) {
        return new DefenseResult(NeuralCleanse.ID, decision, reason, score, config.anomaly(), flagged, evidence);
    }

    private String detected(List<Integer> classes) {
        return classes.stream()
                .map(target -> {
                    Candidate smallest = frontier(target).smallest();
                    return String.format(
                            Locale.ROOT,
                            "a mask of %.1f pixels leads %.0f %% of images to class %d (anomaly index %.1f)",
                            smallest == null ? Double.NaN : smallest.norm(),
                            smallest == null ? Double.NaN : 100 * smallest.success(),
                            target,
                            comparison.scores().get(target));
                })
                .collect(Collectors.joining("; "));
    }

    private TriggerFrontier frontier(int target) {
        return frontiers.stream()
                .filter(frontier -> frontier.target() == target)
                .findFirst()
                .orElseThrow();
    }

    private static String nothing(Map.Entry<Integer, Double> highest) {
        return String.format(
                Locale.ROOT,
                "no class is led to by a much smaller trigger than the others; the highest anomaly index is %.1f, of class"
                        + " %d",
                highest.getValue(),
                highest.getKey());
    }

    private String doubtful(Map.Entry<Integer, Double> highest) {
        double without = comparison.doubts().getOrDefault(highest.getKey(), Double.NaN);
        return String.format(
                        Locale.ROOT,
                        "the anomaly index %.1f of class %d hinges on one other class: without it, ",
                        highest.getValue(),
                        highest.getKey())
                + (Double.isNaN(without)
                        ? "the median absolute deviation is zero"
                        : String.format(Locale.ROOT, "it is %.1f", without));
    }

    private String cannotCompare() {
        if (!comparison.levels().isEmpty()) {
            return "norms cannot be compared: their median absolute deviation is zero";
        }
        long none = frontiers.stream()
                .filter(frontier -> frontier.smallest() == null)
                .count();
        double lowest = config.levels().get(config.levels().size() - 1);
        return String.format(
                Locale.ROOT,
                "norms cannot be compared: no trigger led %.0f %% of images to its target for %d of %d classes",
                100 * lowest,
                none,
                frontiers.size());
    }
}
