package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.defense.Decision;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a finding means, from {@code findings.md}: an id as heading, then three paragraphs. The findings of defenses share
 * texts by decision.
 *
 * @param summary one sentence
 * @param description what was looked at, and why it matters
 * @param help what to do
 */
record RuleText(String summary, String description, String help) {
    private static final String OTHER = "other";

    private static final Map<String, RuleText> BY_ID = Arrays.stream(
                    Resources.text("/dev/assay/report/findings.md").split("(?m)^## "))
            .skip(1)
            .map(entry -> entry.strip().split("\n\n"))
            .collect(Collectors.toUnmodifiableMap(
                    entry -> entry[0], entry -> new RuleText(line(entry[1]), line(entry[2]), line(entry[3]))));

    private static String line(String paragraph) {
        return paragraph.replace('\n', ' ');
    }

    /** The id under which a defense's decision is reported. */
    static String id(String defense, Decision decision) {
        return defense + "-" + suffix(decision);
    }

    /** Returns the text of a finding, or of a defense's decision in the result; a general one for an unknown id. */
    static RuleText of(String id, AuditResult result) {
        for (String defense : result.defenseIds()) {
            for (Decision decision : Decision.values()) {
                if (id.equals(id(defense, decision))) {
                    return required("defense-" + suffix(decision)).about(defense);
                }
            }
        }
        return BY_ID.getOrDefault(id, required(OTHER).about(id));
    }

    /** Whether the id has a text of its own. */
    static boolean isKnown(String id) {
        return BY_ID.containsKey(id);
    }

    private RuleText about(String name) {
        return new RuleText(
                summary.replace("{name}", name), description.replace("{does}", Explanations.ofDefense(name)), help);
    }

    private static String suffix(Decision decision) {
        return decision.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static RuleText required(String key) {
        RuleText text = BY_ID.get(key);
        if (text == null) {
            throw new IllegalStateException("findings.md has no '## " + key + "'");
        }
        return text;
    }
}
