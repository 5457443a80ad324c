package dev.assay.report;

import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Severity;
import dev.assay.defense.DefenseResult;
import java.util.Objects;

/**
 * One thing that a release is tested for, as test reports know it.
 *
 * @param name unique in its suite
 * @param outcome how it went
 * @param kind what sort of outcome, one word: a decision or a severity
 * @param message in words; empty where the outcome speaks for itself
 * @param seconds how long it took; 0 where no time of its own was taken
 */
record TestCase(String name, Outcome outcome, String kind, String message, double seconds) {
    /** How a test went. */
    enum Outcome {
        PASSED,
        /** Nothing that fails the audit, and something to know. */
        WARNED,
        /** The audit fails for it. */
        FAILED,
        /** It could not be carried out, for which the audit fails too. */
        ERROR,
        /** There was nothing to test, or not what the test needs. */
        SKIPPED
    }

    /** The audit as a whole: passes just when the command line returned 0. */
    static TestCase of(Verdict verdict) {
        Outcome outcome =
                switch (verdict.decision()) {
                    case ERROR -> Outcome.ERROR;
                    default -> verdict.exitCode() == 0 ? Outcome.PASSED : Outcome.FAILED;
                };
        String headline = verdict.headline() == null ? "" : verdict.headline() + " ";
        String message = Look.of(verdict).word() + ": " + headline + String.join(" ", verdict.reasons());
        return new TestCase("verdict", outcome, verdict.decision().name(), message, 0);
    }

    /** A defense on a deployment. One that could not see has failed: its silence is no pass. */
    static TestCase of(DefenseResult result) {
        Outcome outcome =
                switch (result.decision()) {
                    case DETECTED, INCONCLUSIVE -> Outcome.FAILED;
                    case NOT_DETECTED -> Outcome.PASSED;
                    case NOT_APPLICABLE -> Outcome.SKIPPED;
                    case ERROR -> Outcome.ERROR;
                };
        String reason = Objects.requireNonNullElse(result.reason(), "");
        String word = Look.of(result.decision()).word();
        return new TestCase(
                result.id(), outcome, result.decision().name(), reason.isEmpty() ? word : word + ": " + reason, 0);
    }

    /** A finding, which fails from the given severity on. */
    static TestCase of(NamedFinding named, Severity failOn) {
        Severity severity = named.finding().severity();
        Outcome outcome = severity.compareTo(failOn) >= 0 ? Outcome.FAILED : Outcome.WARNED;
        return new TestCase(
                named.name(), outcome, severity.name(), named.finding().message(), 0);
    }
}
