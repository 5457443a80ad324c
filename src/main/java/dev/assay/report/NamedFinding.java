package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.Finding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A finding with a name that no other finding on the same deployment has.
 *
 * @param name the finding's id, the class it is about if it is about one, and a number where both repeat; neither
 *     figures nor words are part of it, so that it stays the same from audit to audit
 * @param finding the finding
 */
record NamedFinding(String name, Finding finding) {
    /** The evidence that tells two findings of the same kind apart. */
    private static final String CLASS = "class";

    /** All findings, in the order of the result. */
    static List<NamedFinding> of(AuditResult result) {
        Map<String, Integer> seen = new HashMap<>();
        return result.findings().stream()
                .map(finding -> {
                    String name = name(finding);
                    int repetition = seen.merge(name + '\n' + finding.deployment(), 1, Integer::sum);
                    return new NamedFinding(repetition == 1 ? name : name + " #" + repetition, finding);
                })
                .toList();
    }

    private static String name(Finding finding) {
        Double target = finding.evidence().get(CLASS);
        return target == null || Figures.isUndefined(target)
                ? finding.id()
                : "%s class %d".formatted(finding.id(), target.longValue());
    }
}
