package dev.assay.defense;

import java.util.Collections;
import java.util.List;

/**
 * What accusations that rest on inverted triggers need beside them.
 *
 * <p>Clean images stamped with an inverted trigger reach its class by other features than the class's own on clean models
 * too, and by how much differs from class to class: at the quick budget one class of each of two known clean models stood
 * clear of all others, though its trigger was no smaller than theirs. So such images accuse only a class whose trigger
 * {@link NeuralCleanse} found abnormally small.
 */
public final class Corroboration {
    private Corroboration() {}

    /**
     * A result as it stands beside earlier ones: inconclusive if all it accuses are classes that only inverted triggers
     * speak against.
     *
     * @param result of a defense that needs {@link Need#INPUTS_TO_JUDGE}
     * @param suspect what it inspected
     * @param earlier results on the same deployment
     */
    public static DefenseResult of(DefenseResult result, Suspect suspect, List<DefenseResult> earlier) {
        boolean isProof =
                JudgedOrigin.of(suspect).filter(JudgedOrigin::provesBackdoor).isPresent();
        return isProof ? result : ofInverted(result, earlier);
    }

    /** The same where inverted triggers were judged. */
    static DefenseResult ofInverted(DefenseResult result, List<DefenseResult> earlier) {
        boolean isCorroborated = earlier.stream()
                .filter(other -> other.id().equals(NeuralCleanse.ID))
                .anyMatch(other -> !Collections.disjoint(other.flaggedClasses(), result.flaggedClasses()));
        if (result.decision() != Decision.DETECTED || isCorroborated) {
            return result;
        }
        return new DefenseResult(
                result.id(),
                Decision.INCONCLUSIVE,
                "what inverted triggers do on clean models too, and Neural Cleanse finds none of these smaller than others: "
                        + result.reason(),
                result.score(),
                result.threshold(),
                List.of(),
                result.evidence());
    }
}
