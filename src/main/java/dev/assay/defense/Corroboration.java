package dev.assay.defense;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What accusations that rest on inverted triggers need beside them.
 *
 * <p>Clean images stamped with an inverted trigger reach its class by other features than the class's own on clean models
 * too, and by how much differs from class to class: at the quick budget one class of each of two known clean models stood
 * clear of all others, though its trigger was no smaller than theirs. Some of these triggers hang on channels that are
 * dormant on clean images: pruning accused class 2 of an 8-bit model whose backdoor leads to class 0. So inverted triggers
 * accuse only a class whose own {@link NeuralCleanse} found abnormally small.
 */
public final class Corroboration {
    private Corroboration() {}

    /**
     * A result as it stands beside earlier ones: without the classes that only inverted triggers speak against,
     * and inconclusive if no other is left.
     *
     * @param needs of the defense
     * @param result of the defense
     * @param suspect what it inspected
     * @param earlier results on the same deployment
     */
    public static DefenseResult of(
            Set<Need> needs, DefenseResult result, Suspect suspect, List<DefenseResult> earlier) {
        return needs.stream().anyMatch(need -> restsOnInverted(need, suspect)) ? ofInverted(result, earlier) : result;
    }

    private static boolean restsOnInverted(Need need, Suspect suspect) {
        return switch (need) {
            case GRADIENT -> false;
            case INPUTS_TO_JUDGE ->
                JudgedOrigin.of(suspect).filter(JudgedOrigin::provesBackdoor).isEmpty();
            case TRIGGER -> suspect.trigger() == null;
        };
    }

    /** The same where the result rests on inverted triggers. */
    static DefenseResult ofInverted(DefenseResult result, List<DefenseResult> earlier) {
        Set<Integer> small = earlier.stream()
                .filter(other -> other.id().equals(NeuralCleanse.ID))
                .flatMap(other -> other.flaggedClasses().stream())
                .collect(Collectors.toSet());
        List<Integer> alone = result.flaggedClasses().stream()
                .filter(label -> !small.contains(label))
                .toList();
        if (result.decision() != Decision.DETECTED || alone.isEmpty()) {
            return result;
        }
        List<Integer> both =
                result.flaggedClasses().stream().filter(small::contains).toList();
        return new DefenseResult(
                result.id(),
                both.isEmpty() ? Decision.INCONCLUSIVE : Decision.DETECTED,
                "%s; inverted triggers do so without a backdoor too, and Neural Cleanse finds that of class %s no smaller than others"
                        .formatted(
                                result.reason(),
                                alone.stream().map(String::valueOf).collect(Collectors.joining(", "))),
                result.score(),
                result.threshold(),
                both,
                result.evidence());
    }
}
