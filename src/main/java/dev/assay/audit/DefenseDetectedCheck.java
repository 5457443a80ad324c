package dev.assay.audit;

import dev.assay.defense.Decision;
import java.util.List;
import java.util.Map;

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
                        "%s sees a backdoor%s.%s"
                                .formatted(
                                        defense.id(),
                                        defense.flaggedClasses().isEmpty()
                                                ? ""
                                                : " that leads to class " + defense.flaggedClasses(),
                                        defense.reason() == null ? "" : " " + defense.reason()),
                        Map.of("score", defense.score(), "threshold", defense.threshold()))));
    }
}
