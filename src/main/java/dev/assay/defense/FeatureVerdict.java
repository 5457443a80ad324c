package dev.assay.defense;

import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What defenses that judge features label by label conclude from the labels' scores. A score says how many times as much
 * of something judged images have as clean images of the class; without a backdoor it is about 1.
 *
 * <p>Judged images that Assay stamped with the known trigger are otherwise drawn like the clean ones beside them: the
 * target is flagged when its score reaches {@link Limits#least}. Training images are not: a class of theirs may show other
 * objects in another light than the clean images of the class, and its score then says no more than that. So a label of
 * theirs is flagged only if its suspicious images look like many other classes too, more than clean ones do: see
 * {@link SecondAnswers}. Without that a score of {@link Limits#unexplained} makes the result inconclusive, for so does
 * poison that comes from one class only, or that is of its label's class. Where more than half of the labels are flagged,
 * the images differ by more than a backdoor, and the result is inconclusive.
 *
 * <p>Triggers that were inverted lead images to their class by other features than the class's own on clean models too.
 * There a label is flagged when its score reaches {@link Limits#inverted} and {@link Limits#clear} times the next score;
 * where it reaches only the first, or where too few classes have a trigger, the result is inconclusive. A backdoor with
 * several targets may hide behind itself. {@link Corroboration} asks more of a flagged label.
 *
 * <p>Without a flagged label the result is inconclusive where a label with enough images to judge had too few clean ones
 * to compare them with, where fewer than half of the labels were judged, or where the known trigger's target has a score
 * that chance may have made.
 *
 * @param survey what was read
 * @param scores of all judged labels, the most suspicious first
 * @param limits of the scores
 */
record FeatureVerdict(FeatureSurvey survey, List<LabelScore> scores, Limits limits) {
    /** Inverted triggers that can be compared. */
    private static final int FEWEST_LABELS = 5;

    /**
     * A label's score.
     *
     * @param label a class of the model
     * @param value at least 0
     * @param isSignificant whether more than chance made it
     * @param looksForeign whether its suspicious images look like many other classes
     */
    record LabelScore(int label, double value, boolean isSignificant, boolean looksForeign) {
        /** What chance may have made is not looked at twice. */
        LabelScore {
            looksForeign = isSignificant && looksForeign;
        }

        /** What it counts for: a score that chance may have made is none. */
        double counted() {
            return isSignificant ? Math.max(1, value) : 1;
        }
    }

    /**
     * From which score on a label is flagged.
     *
     * @param least of images stamped with the known trigger, and of training images that look foreign
     * @param unexplained of training images that do not: from there on the result is inconclusive
     * @param inverted with inverted triggers: not below this
     * @param clear with inverted triggers: this many times the next score
     */
    record Limits(double least, double unexplained, double inverted, double clear) {}

    FeatureVerdict {
        scores = scores.stream()
                .sorted(Comparator.comparingDouble((LabelScore score) -> score.counted() / limit(survey, limits, score))
                        .thenComparing(LabelScore::value)
                        .reversed())
                .toList();
    }

    /** Of one label by itself. */
    private static double limit(FeatureSurvey survey, Limits limits, LabelScore score) {
        return switch (survey.origin()) {
            case TRAINING -> score.looksForeign() ? limits.least() : limits.unexplained();
            case KNOWN_TRIGGER -> limits.least();
            case INVERTED_TRIGGERS -> limits.inverted();
        };
    }

    /** The labels, the most suspicious first. */
    List<Integer> labels() {
        return scores.stream().map(LabelScore::label).toList();
    }

    /** The flagged labels, the most suspicious first. */
    List<Integer> flagged() {
        return above(this::isExplained);
    }

    /** Whether a trigger is the only explanation of a high score. */
    private boolean isExplained(LabelScore score) {
        return survey.origin() != JudgedOrigin.TRAINING || score.looksForeign();
    }

    private List<Integer> above(Predicate<LabelScore> isMeant) {
        return scores.stream()
                .filter(isMeant)
                .filter(score -> score.counted() >= limit(score))
                .map(LabelScore::label)
                .toList();
    }

    private double limit(LabelScore score) {
        double next = scores.size() > 1 ? scores.get(1).counted() : 0;
        double own = limit(survey, limits, score);
        return survey.origin().provesBackdoor() ? own : Math.max(own, limits.clear() * next);
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
                scores.isEmpty() ? Double.NaN : limit(scores.get(0)),
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
        List<Integer> unexplained = above(score -> !isExplained(score));
        if (!unexplained.isEmpty()) {
            return "images of label %s differ from clean ones, but do not look like many other classes: they may have been taken elsewhere, or carry a trigger and come from one class; look at them"
                    .formatted(unexplained.stream().map(String::valueOf).collect(Collectors.joining(", ")));
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
        if (survey.origin() == JudgedOrigin.KNOWN_TRIGGER && scores.get(0).value() >= limits.least()) {
            return "images with the trigger differ from clean ones, but with so few of them chance may have made it: pass more with --data";
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
