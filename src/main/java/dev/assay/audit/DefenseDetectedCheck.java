package dev.assay.audit;

import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A defense that saw a backdoor; the finding's id is the defense's with {@code -detected}. */
final class DefenseDetectedCheck implements Check {
    private static final String SUFFIX = "-detected";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(deployment -> deployment.defenses().stream()
                .filter(defense -> defense.decision() == Decision.DETECTED)
                .map(defense -> new Finding(
                        defense.id() + SUFFIX,
                        Severity.CRITICAL,
                        deployment.id(),
                        message(defense),
                        Map.of("score", defense.score(), "threshold", defense.threshold()))));
    }

    private static String message(DefenseResult defense) {
        String target = defense.flaggedClasses().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "%s sees a backdoor%s%s"
                .formatted(
                        defense.id(),
                        target.isEmpty() ? "" : " that leads to class " + target,
                        defense.reason() == null ? "." : ": " + defense.reason());
    }
}
