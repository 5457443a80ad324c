package dev.assay.defense;

import dev.assay.data.Trigger;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What defenses that judge features label by label conclude from the labels' scores.
 *
 * <p>A label is flagged from the threshold on. Flagged labels are a detection, with two exceptions that make the result
 * inconclusive. Where more than half of the labels are flagged, judged and clean images differ by more than a backdoor.
 * And triggers that were inverted lead images to their class by other features than the class's own on clean models too:
 * among them only a label whose score stands clear of all others by {@link #CLEAR} is a detection, so that a backdoor with
 * several targets may hide behind itself.
 *
 * <p>Without a flagged label the result is inconclusive too where fewer than half of the labels had enough images, or
 * where the target of the known trigger had not.
 *
 * @param survey what was read
 * @param trigger the known trigger, where it is judged
 * @param scores by label
 * @param threshold of the scores
 */
record FeatureVerdict(FeatureSurvey survey, @Nullable Trigger trigger, Map<Integer, Double> scores, double threshold) {
    /** By which factor the highest of several scores must exceed the next. */
    private static final double CLEAR = 2;

    FeatureVerdict {
        scores = Map.copyOf(scores);
    }

    static FeatureVerdict of(FeatureSurvey survey, Suspect suspect, Map<Integer, Double> scores, double threshold) {
        Trigger known = survey.origin() == JudgedOrigin.KNOWN_TRIGGER ? suspect.trigger() : null;
        return new FeatureVerdict(survey, known, scores, threshold);
    }

    /** The labels whose scores reach the threshold, highest score first; one that stands clear alone. */
    List<Integer> flagged() {
        List<Integer> high =
                byScore().stream().filter(label -> score(label) >= threshold).toList();
        return !survey.origin().provesBackdoor() && standsClear() ? high.subList(0, Math.min(1, high.size())) : high;
    }

    private boolean standsClear() {
        List<Integer> all = byScore();
        return all.size() > 1 && score(all.get(0)) >= CLEAR * score(all.get(1));
    }

    /** All judged labels, highest score first; of equal scores the lowest label. */
    List<Integer> byScore() {
        return scores.keySet().stream()
                .sorted(Comparator.comparingDouble((Integer label) -> -score(label))
                        .thenComparing(label -> label))
                .toList();
    }

    private double score(int label) {
        return scores.getOrDefault(label, Double.NaN);
    }

    /**
     * The result.
     *
     * @param nothing what is said where no label is flagged, before the words on the label with the highest score
     * @param words what was seen of a label
     */
    DefenseResult result(String id, Evidence evidence, String nothing, IntFunction<String> words) {
        List<Integer> flagged = flagged();
        String obstacle = flagged.isEmpty() ? blindness() : ambiguity(flagged);
        Decision decision = obstacle != null
                ? Decision.INCONCLUSIVE
                : flagged.isEmpty() ? Decision.NOT_DETECTED : Decision.DETECTED;
        return new DefenseResult(
                id,
                decision,
                (obstacle != null ? obstacle : told(flagged, nothing, words)) + "; judged: "
                        + survey.evidence().judged(),
                scores.isEmpty() ? Double.NaN : score(byScore().get(0)),
                threshold,
                decision == Decision.DETECTED ? flagged.stream().sorted().toList() : List.of(),
                evidence);
    }

    private String told(List<Integer> flagged, String nothing, IntFunction<String> words) {
        return flagged.isEmpty()
                ? nothing + "; at most " + words.apply(byScore().get(0))
                : flagged.stream().map(words::apply).collect(Collectors.joining("; "));
    }

    private @Nullable String blindness() {
        int judged = scores.size();
        int labels = judged + survey.evidence().leftOut().size();
        if (trigger != null && !scores.containsKey(trigger.target())) {
            return "the target of the trigger, class %d, has too few images".formatted(trigger.target());
        }
        return 2 * judged >= labels && judged > 0
                ? null
                : "only %d of %d labels have enough images".formatted(judged, labels);
    }

    private @Nullable String ambiguity(List<Integer> flagged) {
        if (!survey.origin().provesBackdoor() && !standsClear()) {
            return "inverted triggers lead to %d of %d classes by features that clean images of the class do not have, none clearly more than the others; they do so on clean models too"
                    .formatted(flagged.size(), scores.size());
        }
        return 2 * flagged.size() > scores.size()
                ? "images of %d of %d labels differ from clean ones, which is more than a backdoor does"
                        .formatted(flagged.size(), scores.size())
                : null;
    }
}
