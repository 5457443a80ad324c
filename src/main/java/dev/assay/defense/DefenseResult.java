package dev.assay.defense;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one defense found on one deployment.
 *
 * @param id the defense, kebab-case
 * @param decision its conclusion
 * @param reason in words; null only where the decision speaks for itself
 * @param score the statistic that was compared; NaN where there is none
 * @param threshold what it was compared with
 * @param flaggedClasses suspected target classes
 * @param evidence the figures behind the score; null where the defense did not run
 */
public record DefenseResult(
        String id,
        Decision decision,
        @Nullable String reason,
        double score,
        double threshold,
        List<Integer> flaggedClasses,
        @Nullable Evidence evidence) {
    public DefenseResult {
        flaggedClasses = List.copyOf(flaggedClasses);
    }

    /** A result for a defense whose needs are not met; {@code missing} says what to pass. */
    public static DefenseResult notApplicable(String id, String missing) {
        return new DefenseResult(id, Decision.NOT_APPLICABLE, missing, Double.NaN, Double.NaN, List.of(), null);
    }
}
