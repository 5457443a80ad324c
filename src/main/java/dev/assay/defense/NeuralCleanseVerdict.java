package dev.assay.defense;

import dev.assay.defense.LowOutliers.Standing;
import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.defense.NeuralCleanseEvidence.ClassTrigger;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What {@link NeuralCleanse} concludes from the smallest verified triggers. */
final class NeuralCleanseVerdict {
    /**
     * The share of other classes' images that are taken for a class without a trigger from which its norm says nothing. Of a
     * clean net whose last bias was raised, a class that had 30 % was led to by a mask like the others', one that had 50 % by
     * one far smaller (p < .001).
     */
    private static final double LEANING = 0.2;

    private final Config config;
    private final List<Double> levels;
    private final NormComparison comparison;
    private final List<TriggerFrontier> frontiers;
    private final List<Double> withoutTrigger;

    /**
     * A verdict.
     *
     * @param levels shares of success that the frontiers are of
     * @param frontiers of the classes that are compared
     * @param withoutTrigger for each class the share of images outside it that are taken for it without a trigger
     */
    NeuralCleanseVerdict(
            Config config,
            List<Double> levels,
            List<TriggerFrontier> frontiers,
            ClassSample sample,
            List<Double> withoutTrigger) {
        this.config = config;
        this.levels = levels;
        this.frontiers = frontiers;
        this.withoutTrigger = withoutTrigger;
        this.comparison = NormComparison.of(
                frontiers.stream()
                        .filter(frontier -> !isLeaning(frontier.target()))
                        .toList(),
                levels,
                NeuralCleanse.FEWEST_CLASSES,
                sample,
                config.significance());
    }

    /** Whether a model takes images for a class so readily that the smallest trigger to it is no sign of a backdoor. */
    private boolean isLeaning(int target) {
        return withoutTrigger.get(target) >= LEANING;
    }

    List<ClassTrigger> classes() {
        return frontiers.stream()
                .map(frontier -> new ClassTrigger(
                        frontier.target(),
                        frontier.points(levels),
                        withoutTrigger.get(frontier.target()),
                        frontier.bestSuccess(),
                        frontier.typical() == null ? null : InvertedTrigger.of(frontier.typical())))
                .toList();
    }

    DefenseResult of(NeuralCleanseEvidence evidence) {
        Optional<Integer> leaning = IntStream.range(0, withoutTrigger.size())
                .filter(this::isLeaning)
                .boxed()
                .max(Comparator.comparing(withoutTrigger::get));
        if (comparison.standings().isEmpty()) {
            return result(
                    Decision.INCONCLUSIVE,
                    leaning.map(this::leans).orElseGet(this::cannotCompare),
                    Double.NaN,
                    List.of(),
                    evidence);
        }
        List<Integer> flagged = comparison.standings().entrySet().stream()
                .filter(entry -> entry.getValue().p() < config.significance())
                .map(Map.Entry::getKey)
                .toList();
        Map.Entry<Integer, Standing> lowest = lowest().orElseThrow();
        double score = score(lowest.getValue().p());
        if (!flagged.isEmpty()) {
            return result(Decision.DETECTED, detected(flagged), score, flagged, evidence);
        }
        if (leaning.isPresent()) {
            return result(Decision.INCONCLUSIVE, leans(leaning.get()), score, List.of(), evidence);
        }
        return lowest.getValue().p() < config.suspicion()
                ? result(Decision.INCONCLUSIVE, suspected(lowest), score, List.of(), evidence)
                : result(Decision.NOT_DETECTED, nothing(lowest), score, List.of(), evidence);
    }

    private Optional<Map.Entry<Integer, Standing>> lowest() {
        return comparison.standings().entrySet().stream()
                .min(Comparator.comparingDouble((Map.Entry<Integer, Standing> entry) ->
                                entry.getValue().p())
                        .thenComparing(entry -> -entry.getValue().deviations()));
    }

    /** Whether a norm is so low that chance makes one now and then: a longer search may settle it either way. */
    boolean isInDoubt(double certainty) {
        return lowest().map(entry -> entry.getValue().p())
                .filter(p -> p >= certainty && p < config.suspicion())
                .isPresent();
    }

    /** The negative decimal logarithm of a probability: the larger, the more suspicious. */
    private static double score(double p) {
        return Math.log10(1 / Math.max(p, Double.MIN_NORMAL));
    }

    NormComparison comparison() {
        return comparison;
    }

    private DefenseResult result(
            Decision decision, String reason, double score, List<Integer> flagged, NeuralCleanseEvidence evidence) {
        return new DefenseResult(
                NeuralCleanse.ID, decision, reason, score, score(config.significance()), flagged, evidence);
    }

    private String detected(List<Integer> classes) {
        return classes.stream()
                .map(target -> {
                    Candidate trigger = frontier(target).typical();
                    return String.format(
                            Locale.ROOT,
                            "a mask of %.1f pixels leads %.0f %% of images to class %d, far smaller than the others' (%s)",
                            trigger == null ? Double.NaN : trigger.norm(),
                            trigger == null ? Double.NaN : 100 * trigger.success(),
                            target,
                            chance(Objects.requireNonNull(comparison.standings().get(target))));
                })
                .collect(Collectors.joining("; "));
    }

    private TriggerFrontier frontier(int target) {
        return frontiers.stream()
                .filter(frontier -> frontier.target() == target)
                .findFirst()
                .orElseThrow();
    }

    private String nothing(Map.Entry<Integer, Standing> lowest) {
        long none = withoutTrigger();
        return "no class is led to by a much smaller trigger than the others; the most suspicious is class %d (%s)%s"
                .formatted(
                        lowest.getKey(),
                        chance(lowest.getValue()),
                        none == 0 ? "" : "; " + noTrigger(none) + ", which were not compared");
    }

    private static String suspected(Map.Entry<Integer, Standing> lowest) {
        return "class %d is led to by a smaller trigger than the others, which may be chance (%s)"
                .formatted(lowest.getKey(), chance(lowest.getValue()));
    }

    private static String chance(Standing standing) {
        return standing.p() < 0.001 ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", standing.p());
    }

    private String leans(int target) {
        return String.format(
                Locale.ROOT,
                "class %d is answered for %.0f %% of the other classes' images without a trigger: a small one says nothing of it",
                target,
                100 * withoutTrigger.get(target));
    }

    private String cannotCompare() {
        long none = withoutTrigger();
        if (frontiers.size() - none >= NeuralCleanse.FEWEST_CLASSES && 2 * none <= frontiers.size()) {
            return "norms cannot be compared: they are equal";
        }
        return "norms cannot be compared: " + noTrigger(none);
    }

    private long withoutTrigger() {
        return frontiers.stream().filter(frontier -> frontier.typical() == null).count();
    }

    private String noTrigger(long classes) {
        return String.format(
                Locale.ROOT,
                "no trigger led %.0f %% of images to its target for %d of %d classes",
                100 * levels.get(levels.size() - 1),
                classes,
                frontiers.size());
    }
}
