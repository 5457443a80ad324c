package dev.assay.report;

import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import dev.assay.study.Comparison.Answer;
import j2html.tags.DomContent;
import java.util.Locale;
import java.util.Map;

/**
 * How a decision or severity is told: always symbol and word, so that colour only repeats what is written.
 *
 * @param symbol one character
 * @param word what it means, lower case
 * @param tone which colour repeats it
 */
record Look(String symbol, String word, Tone tone) {
    /** A colour by its meaning. */
    enum Tone {
        GOOD(32),
        NEUTRAL(2),
        CAUTION(33),
        BAD(31);

        private final int ansi;

        Tone(int ansi) {
            this.ansi = ansi;
        }

        /** The parameter of the terminal's escape sequence. */
        int ansi() {
            return ansi;
        }

        /** The class in {@code report.css}. */
        String cssClass() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Map<Decision, Look> DECISIONS = Map.ofEntries(
            Map.entry(Decision.DETECTED, new Look("✕", "detected", Tone.BAD)),
            Map.entry(Decision.NOT_DETECTED, new Look("✓", "not detected", Tone.GOOD)),
            Map.entry(Decision.INCONCLUSIVE, new Look("?", "inconclusive", Tone.CAUTION)),
            Map.entry(Decision.NOT_APPLICABLE, new Look("–", "not applicable", Tone.NEUTRAL)),
            Map.entry(Decision.ERROR, new Look("!", "error", Tone.BAD)));

    private static final Map<Severity, Look> SEVERITIES = Map.ofEntries(
            Map.entry(Severity.CRITICAL, new Look("✕", "critical", Tone.BAD)),
            Map.entry(Severity.HIGH, new Look("▲", "high", Tone.BAD)),
            Map.entry(Severity.MEDIUM, new Look("◆", "medium", Tone.CAUTION)),
            Map.entry(Severity.LOW, new Look("▽", "low", Tone.NEUTRAL)),
            Map.entry(Severity.INFO, new Look("i", "info", Tone.NEUTRAL)));

    static Look of(Decision decision) {
        return required(DECISIONS, decision);
    }

    static Look of(Severity severity) {
        return required(SEVERITIES, severity);
    }

    /** Whether a figure of a study agrees with one that was reported. */
    static Look of(Answer answer) {
        return switch (answer) {
            case AGREES -> new Look("=", "agrees", Tone.NEUTRAL);
            case DIFFERS -> new Look("≠", "differs", Tone.CAUTION);
            case NOT_MEASURED -> new Look("–", "not measured", Tone.NEUTRAL);
        };
    }

    /** The audit as a whole: without a detection, other findings still decide whether it passed. */
    static Look of(Verdict verdict) {
        if (verdict.decision() == Decision.NOT_DETECTED) {
            return verdict.exitCode() == 0
                    ? new Look("✓", "passed", Tone.GOOD)
                    : new Look("▲", "findings need attention", Tone.CAUTION);
        }
        return switch (verdict.decision()) {
            case DETECTED -> new Look("✕", "backdoor detected", Tone.BAD);
            case ERROR -> new Look("!", "audit failed", Tone.BAD);
            default -> new Look("?", "inconclusive", Tone.CAUTION);
        };
    }

    /** Symbol and word on a coloured ground. */
    DomContent badge() {
        return badge(word);
    }

    /** Symbol and other words on the same ground. */
    DomContent badge(String words) {
        return span(span(symbol).withClass("symbol").attr("aria-hidden", "true"), text(words))
                .withClasses("badge", tone.cssClass());
    }

    private static <K> Look required(Map<K, Look> looks, K key) {
        Look look = looks.get(key);
        if (look == null) {
            throw new IllegalStateException("no look for " + key);
        }
        return look;
    }
}
