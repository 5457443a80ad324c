package dev.assay.audit;

import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a defense said of a deployment of a model whose truth is known.
 *
 * @param defense its id
 * @param decision its conclusion
 * @param reason in words; null where the decision speaks for itself
 * @param score the statistic that was compared; NaN where there is none
 * @param threshold what it was compared with
 * @param flaggedClasses suspected target classes
 * @param flagsTarget whether it detected a backdoor and the attack's target is among those classes
 */
public record Judgement(
        String defense,
        Decision decision,
        @Nullable String reason,
        double score,
        double threshold,
        List<Integer> flaggedClasses,
        boolean flagsTarget) {
    public Judgement {
        flaggedClasses = List.copyOf(flaggedClasses);
    }

    static Judgement of(DefenseResult result, @Nullable Integer target) {
        return new Judgement(
                result.id(),
                result.decision(),
                result.reason(),
                result.score(),
                result.threshold(),
                result.flaggedClasses(),
                result.decision() == Decision.DETECTED
                        && target != null
                        && result.flaggedClasses().contains(target));
    }
}
