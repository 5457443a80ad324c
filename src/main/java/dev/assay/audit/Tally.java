package dev.assay.audit;

import dev.assay.defense.Decision;
import java.util.List;

/**
 * How often a defense came to each decision on one kind of model.
 *
 * @param detected {@link Decision#DETECTED}
 * @param notDetected {@link Decision#NOT_DETECTED}
 * @param inconclusive {@link Decision#INCONCLUSIVE}
 * @param notApplicable {@link Decision#NOT_APPLICABLE}
 * @param error {@link Decision#ERROR}
 * @param targetFlagged detections whose flagged classes hold the attack's target
 */
public record Tally(int detected, int notDetected, int inconclusive, int notApplicable, int error, int targetFlagged) {
    static Tally of(List<Judgement> judgements) {
        return new Tally(
                count(judgements, Decision.DETECTED),
                count(judgements, Decision.NOT_DETECTED),
                count(judgements, Decision.INCONCLUSIVE),
                count(judgements, Decision.NOT_APPLICABLE),
                count(judgements, Decision.ERROR),
                (int) judgements.stream().filter(Judgement::flagsTarget).count());
    }

    private static int count(List<Judgement> judgements, Decision decision) {
        return (int)
                judgements.stream().filter(one -> one.decision() == decision).count();
    }

    /**
     * Detections among the audits in which the defense could run. Being unable to see is no detection, so
     * {@link #inconclusive} counts among them; what did not apply or failed does not.
     */
    public Proportion rate() {
        return Proportion.of(detected, detected + notDetected + inconclusive);
    }
}
