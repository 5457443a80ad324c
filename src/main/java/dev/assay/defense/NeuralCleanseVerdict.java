package dev.assay.defense;

import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.defense.NeuralCleanseEvidence.ClassTrigger;
import dev.assay.defense.NormComparison.Standing;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
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
                        frontier.typical() == null ? null : InvertedTrigger.of(frontier.typical())))
                .toList();
    }

    DefenseResult of(NeuralCleanseEvidence evidence) {
        if (comparison.standings().isEmpty()) {
            return result(Decision.INCONCLUSIVE, cannotCompare(), Double.NaN, List.of(), evidence);
        }
        Map.Entry<Integer, Standing> highest = highest(Standing::index);
        double score = highest.getValue().index();
        List<Integer> certain = comparison.standings().entrySet().stream()
                .filter(entry -> isCertain(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (!certain.isEmpty()) {
            return result(Decision.DETECTED, detected(certain), score, certain, evidence);
        }
        if (score > config.anomaly()) {
            return result(Decision.INCONCLUSIVE, hinges(highest), score, List.of(), evidence);
        }
        if (score > config.suspicious()) {
            return result(Decision.INCONCLUSIVE, suspected(highest), score, List.of(), evidence);
        }
        Map.Entry<Integer, Standing> highestLinear = highest(Standing::linear);
        return highestLinear.getValue().linear() > config.linearAnomaly()
                ? result(Decision.INCONCLUSIVE, onlyLinear(highestLinear), score, List.of(), evidence)
                : result(Decision.NOT_DETECTED, nothing(highest), score, List.of(), evidence);
    }

    private boolean isCertain(Standing standing) {
        return standing.index() > config.anomaly() && standing.lowest() > config.linearAnomaly();
    }

    private Map.Entry<Integer, Standing> highest(ToDoubleFunction<Standing> figure) {
        return comparison.standings().entrySet().stream()
                .max(Comparator.comparingDouble(entry -> figure.applyAsDouble(entry.getValue())))
                .orElseThrow();
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
                    Candidate trigger = frontier(target).typical();
                    return String.format(
                            Locale.ROOT,
                            "a mask of %.1f pixels leads %.0f %% of images to class %d (anomaly index %.1f)",
                            trigger == null ? Double.NaN : trigger.norm(),
                            trigger == null ? Double.NaN : 100 * trigger.success(),
                            target,
                            Objects.requireNonNull(comparison.standings().get(target))
                                    .index());
                })
                .collect(Collectors.joining("; "));
    }

    private TriggerFrontier frontier(int target) {
        return frontiers.stream()
                .filter(frontier -> frontier.target() == target)
                .findFirst()
                .orElseThrow();
    }

    private static String nothing(Map.Entry<Integer, Standing> highest) {
        return String.format(
                Locale.ROOT,
                "no class is led to by a much smaller trigger than the others; the highest anomaly index is %.1f, of class"
                        + " %d",
                highest.getValue().index(),
                highest.getKey());
    }

    private static String hinges(Map.Entry<Integer, Standing> highest) {
        double without = highest.getValue().lowest();
        return String.format(
                        Locale.ROOT,
                        "the anomaly index %.1f of class %d hinges on one other class: without it, ",
                        highest.getValue().index(),
                        highest.getKey())
                + (Double.isNaN(without)
                        ? "the median absolute deviation is zero"
                        : String.format(Locale.ROOT, "it is %.1f", without));
    }

    private String suspected(Map.Entry<Integer, Standing> highest) {
        return String.format(
                Locale.ROOT,
                "class %d stands out, but not enough among so few classes: its anomaly index %.1f is above %s, not above %s",
                highest.getKey(),
                highest.getValue().index(),
                config.suspicious(),
                config.anomaly());
    }

    private String onlyLinear(Map.Entry<Integer, Standing> highest) {
        return String.format(
                Locale.ROOT,
                "class %d is an outlier by the paper's index of norms, %.1f, above %s, but not by that of their"
                        + " logarithms, %.1f, not above %s",
                highest.getKey(),
                highest.getValue().linear(),
                config.linearAnomaly(),
                highest.getValue().index(),
                config.anomaly());
    }

    private String cannotCompare() {
        if (!comparison.levels().isEmpty()) {
            return "norms cannot be compared: their median absolute deviation is zero";
        }
        long none = frontiers.stream()
                .filter(frontier -> frontier.typical() == null)
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
