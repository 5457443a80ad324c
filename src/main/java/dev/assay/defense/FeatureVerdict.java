package dev.assay.defense;

import dev.assay.data.Trigger;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.hipparchus.stat.StatUtils;
import org.jspecify.annotations.Nullable;

/**
 * What defenses that judge features label by label conclude from the labels' scores. A score says how many times as much
 * of something judged images have as clean images of the class; without a backdoor it is about 1.
 *
 * <p>How far above 1 it may lie depends on the data: training images differ from clean ones by more than a backdoor,
 * through overfitting and through how they were taken, and in some classes more than in others. So labels are compared
 * among themselves: a label is flagged when its score exceeds the mean of the others' by {@link Limits#deviations} of
 * their standard deviations, on a logarithmic scale, or whatever the others' are when it reaches {@link Limits#certain}.
 * Where more than half of the labels are flagged, the images differ by more than a backdoor, and the result is
 * inconclusive.
 *
 * <p>Triggers that were inverted lead images to their class by other features than the class's own on clean models too.
 * There a label is flagged when its score reaches {@link Limits#inverted} and {@link Limits#clear} times the next score;
 * where it reaches only the first, or where too few classes have a trigger, the result is inconclusive. A backdoor with
 * several targets may hide behind itself.
 *
 * <p>Without a flagged label the result is inconclusive where a label with enough images to judge had too few clean ones
 * to compare them with, where fewer than half of the labels were judged, or where the target of the known trigger was not.
 *
 * @param survey what was read
 * @param trigger the known trigger, where it is judged
 * @param scores of all judged labels, highest first
 * @param limits of the scores
 */
record FeatureVerdict(FeatureSurvey survey, @Nullable Trigger trigger, List<LabelScore> scores, Limits limits) {
    /** Labels whose spread says something. */
    private static final int FEWEST_LABELS = 5;

    /**
     * A label's score.
     *
     * @param label a class of the model
     * @param value at least 0
     * @param isSignificant whether more than chance made it
     */
    record LabelScore(int label, double value, boolean isSignificant) {
        /** What it counts for: a score that chance may have made is none. */
        double counted() {
            return isSignificant ? Math.max(1, value) : 1;
        }
    }

    /**
     * From which score on a label is flagged.
     *
     * @param least not below this
     * @param deviations above the mean of the other labels' logarithms, in their standard deviations
     * @param certain not above this
     * @param inverted with inverted triggers: not below this
     * @param clear with inverted triggers: this many times the next score
     */
    record Limits(double least, double deviations, double certain, double inverted, double clear) {}

    FeatureVerdict {
        scores = scores.stream()
                .sorted(Comparator.comparingDouble(LabelScore::counted)
                        .thenComparing(LabelScore::value)
                        .reversed())
                .toList();
    }

    static FeatureVerdict of(FeatureSurvey survey, Suspect suspect, List<LabelScore> scores, Limits limits) {
        Trigger known = survey.origin() == JudgedOrigin.KNOWN_TRIGGER ? suspect.trigger() : null;
        return new FeatureVerdict(survey, known, scores, limits);
    }

    /** The labels, the most suspicious first. */
    List<Integer> labels() {
        return scores.stream().map(LabelScore::label).toList();
    }

    /** The flagged labels, the most suspicious first. */
    List<Integer> flagged() {
        double limit = limit();
        return scores.stream()
                .filter(score -> score.counted() >= limit)
                .map(LabelScore::label)
                .toList();
    }

    private double limit() {
        if (!survey.origin().provesBackdoor()) {
            return Math.max(
                    limits.inverted(),
                    scores.size() > 1 ? limits.clear() * scores.get(1).counted() : 0);
        }
        if (scores.size() < FEWEST_LABELS) {
            return limits.certain();
        }
        double[] others = scores.stream()
                .skip(1)
                .mapToDouble(score -> Math.log(Math.max(1, score.value())))
                .toArray();
        double outlier = Math.exp(StatUtils.mean(others) + limits.deviations() * Math.sqrt(StatUtils.variance(others)));
        return Math.min(limits.certain(), Math.max(limits.least(), outlier));
    }

    /**
     * The result.
     *
     * @param nothing what is said where no label is flagged, before the words on the most suspicious one
     * @param words what was seen of a label
     */
    DefenseResult result(String id, Evidence evidence, String nothing, IntFunction<String> words) {
        List<Integer> flagged = flagged();
        String obstacle = flagged.isEmpty() ? blindness() : ambiguity(flagged.size());
        Decision decision = obstacle != null
                ? Decision.INCONCLUSIVE
                : flagged.isEmpty() ? Decision.NOT_DETECTED : Decision.DETECTED;
        return new DefenseResult(
                id,
                decision,
                (obstacle != null ? obstacle : told(flagged, nothing, words)) + "; judged: "
                        + survey.evidence().judged(),
                scores.isEmpty() ? Double.NaN : scores.get(0).counted(),
                scores.isEmpty() ? Double.NaN : limit(),
                decision == Decision.DETECTED ? flagged.stream().sorted().toList() : List.of(),
                evidence);
    }

    private String told(List<Integer> flagged, String nothing, IntFunction<String> words) {
        return flagged.isEmpty()
                ? nothing + "; at most " + words.apply(scores.get(0).label())
                : flagged.stream().map(words::apply).collect(Collectors.joining("; "));
    }

    /** Why silence means nothing; null where it does. */
    private @Nullable String blindness() {
        if (!survey.origin().provesBackdoor() && scores.size() < FEWEST_LABELS) {
            return incomparable();
        }
        String unseen = survey.evidence().leftOut().stream()
                .filter(label -> label.judged() >= survey.evidence().fewest())
                .map(label -> String.valueOf(label.targetClass()))
                .collect(Collectors.joining(", "));
        if (!unseen.isEmpty()) {
            return "fewer than %d clean images to compare with have label %s: pass more with --data"
                    .formatted(survey.evidence().fewest(), unseen);
        }
        int all = scores.size() + survey.evidence().leftOut().size();
        if (scores.isEmpty() || 2 * scores.size() < all) {
            return "only %d of %d labels have enough images".formatted(scores.size(), all);
        }
        if (trigger != null && !labels().contains(trigger.target())) {
            return "the target of the trigger, class %d, has too few images".formatted(trigger.target());
        }
        long high = scores.stream()
                .filter(score -> score.counted() >= limits.inverted())
                .count();
        return survey.origin().provesBackdoor() || high == 0
                ? null
                : "inverted triggers lead to %d of %d classes by features that clean images of the class do not have, none clearly more than the others; they do so on clean models too"
                        .formatted(high, scores.size());
    }

    private String incomparable() {
        return "inverted triggers of %d classes are too few to be compared, and each may do as it does on a clean model"
                .formatted(scores.size());
    }

    private @Nullable String ambiguity(int flagged) {
        if (!survey.origin().provesBackdoor() && scores.size() < FEWEST_LABELS) {
            return incomparable();
        }
        return 2 * flagged > scores.size() && scores.size() >= FEWEST_LABELS
                ? "images of %d of %d labels differ from clean ones, which is more than a backdoor does"
                        .formatted(flagged, scores.size())
                : null;
    }
}
