package dev.assay.audit;

import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the defenses make of a backdoor that is known to be there: one that was planted into a copy of the float model,
 * which then went the way of the deployment. A defense that misses it has no say in whether there is another.
 *
 * @param target the class that the planted backdoor leads to; null where none was planted
 * @param plantedSuccess its attack success in the float copy, 0 to 1; NaN where none was planted
 * @param agreement share of the float copy's answers that are the model's, 0 to 1; NaN where none was planted
 * @param attackSuccess its attack success on this deployment, 0 to 1; NaN where that was not measured
 * @param error why there is nothing to learn from it here; null where there is
 * @param defenses what each defense found
 */
public record Control(
        @Nullable Integer target,
        double plantedSuccess,
        double agreement,
        double attackSuccess,
        @Nullable String error,
        List<DefenseResult> defenses) {
    public Control {
        defenses = List.copyOf(defenses);
    }

    /** No control, and why. */
    static Control absent(String why) {
        return new Control(null, Double.NaN, Double.NaN, Double.NaN, why, List.of());
    }

    /** Whether a defense found the planted backdoor. */
    public boolean isFoundBy(String defense) {
        return of(defense)
                .filter(found -> found.decision() == Decision.DETECTED)
                .filter(found -> found.flaggedClasses().isEmpty()
                        || (target != null && found.flaggedClasses().contains(target)))
                .isPresent();
    }

    private Optional<DefenseResult> of(String defense) {
        return defenses.stream().filter(found -> found.id().equals(defense)).findFirst();
    }

    /** What a defense's conclusion is worth beside this control: silence that nothing vouches for is no conclusion. */
    DefenseResult judge(DefenseResult result) {
        if (result.decision() != Decision.NOT_DETECTED || (error == null && isFoundBy(result.id()))) {
            return result;
        }
        return new DefenseResult(
                result.id(),
                Decision.INCONCLUSIVE,
                error == null ? missed(result.id()) : "no control: " + error,
                result.score(),
                result.threshold(),
                result.flaggedClasses(),
                result.evidence());
    }

    private String missed(String defense) {
        return "control missed: a backdoor planted to class %d succeeds on %s of the images here, and is %s"
                .formatted(
                        target,
                        Words.percent(attackSuccess),
                        of(defense).map(Control::conclusion).orElse("not judged by this defense"));
    }

    private static String conclusion(DefenseResult result) {
        return result.decision() == Decision.DETECTED
                ? "taken for one to class " + result.flaggedClasses()
                : result.decision().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
