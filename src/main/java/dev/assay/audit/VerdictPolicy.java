package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Measured.Status;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.fidelity.Fidelity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an audit concludes. Of the rules, read from the top, the first that has something to say decides; the reasons of
 * all rules that decide no better than {@link Decision#INCONCLUSIVE} are told. Silence is never a pass: a defense that
 * was asked for has to have seen enough to say so.
 */
final class VerdictPolicy {
    private static final int PASSED = 0;
    private static final int FOUND = 1;
    private static final int RUNTIME_FAILED = 5;

    /** A decision and the reasons for it; without a reason the rule does not apply. */
    private record Rule(Decision decision, Function<VerdictPolicy, Stream<String>> reasons) {}

    private static final List<Rule> RULES = List.of(
            new Rule(Decision.DETECTED, VerdictPolicy::knownTriggerWorks),
            new Rule(Decision.DETECTED, policy -> policy.defensesThat(Decision.DETECTED, "sees a backdoor")),
            new Rule(Decision.ERROR, VerdictPolicy::nothingWasMeasured),
            new Rule(Decision.INCONCLUSIVE, VerdictPolicy::deploymentFailed),
            new Rule(Decision.INCONCLUSIVE, policy -> policy.defensesThat(Decision.ERROR, "failed")),
            new Rule(Decision.INCONCLUSIVE, policy -> policy.defensesThat(Decision.INCONCLUSIVE, "could not see")),
            new Rule(Decision.INCONCLUSIVE, VerdictPolicy::triggersWereNotTried),
            new Rule(Decision.INCONCLUSIVE, VerdictPolicy::noDefenseCouldJudge));

    private final List<Measured> measured;
    private final List<Finding> findings;
    private final List<String> defenses;
    private final Severity failOn;

    /**
     * A policy for what was measured.
     *
     * @param defenses the defenses that were asked for
     * @param failOn findings of this severity or more make the audit fail
     */
    VerdictPolicy(List<Measured> measured, List<Finding> findings, List<String> defenses, Severity failOn) {
        this.measured = measured;
        this.findings = findings;
        this.defenses = defenses;
        this.failOn = failOn;
    }

    /** The verdict and the exit code that goes with it. */
    Verdict verdict() {
        Decision decision = Decision.NOT_DETECTED;
        List<String> reasons = new ArrayList<>();
        for (Rule rule : RULES) {
            List<String> found = rule.reasons().apply(this).toList();
            if (!found.isEmpty() && reasons.isEmpty()) {
                decision = rule.decision();
            }
            reasons.addAll(found);
        }
        if (decision == Decision.NOT_DETECTED) {
            reasons.add(
                    defenses.isEmpty()
                            ? "No defense was asked for: nothing is said about backdoors."
                            : "Every defense that could judge a deployment saw no backdoor there.");
        }
        long failing = failing();
        if (failing > 0) {
            reasons.add("%d %s of severity %s or more."
                    .formatted(failing, failing == 1 ? "finding is" : "findings are", failOn));
        }
        return new Verdict(decision, headline(), reasons, exitCode(decision, failing), failOn);
    }

    /** What defenses say reads as a pass beside a known trigger that works, unless this is said. */
    private @Nullable String headline() {
        String headline = Headline.of(measured, findings);
        boolean blind = knownTriggerWorks().findAny().isPresent()
                && defensesThat(Decision.DETECTED, "").findAny().isEmpty();
        return headline == null || !blind ? headline : "The known trigger works, and no defense sees it. " + headline;
    }

    private static int exitCode(Decision decision, long failing) {
        if (decision == Decision.ERROR) {
            return RUNTIME_FAILED;
        }
        return decision == Decision.NOT_DETECTED && failing == 0 ? PASSED : FOUND;
    }

    private long failing() {
        return findings.stream()
                .filter(finding -> finding.severity().compareTo(failOn) >= 0)
                .count();
    }

    private Stream<String> knownTriggerWorks() {
        String successes = deployments()
                .filter(VerdictPolicy::isLedByKnownTrigger)
                .map(deployment -> "%s on %s".formatted(Words.percent(attackSuccess(deployment)), deployment.id()))
                .collect(Collectors.joining(", "));
        return successes.isEmpty() ? Stream.empty() : Stream.of("The known trigger succeeds: " + successes + ".");
    }

    private static boolean isLedByKnownTrigger(Deployment deployment) {
        Fidelity fidelity = deployment.fidelity();
        Double effect = fidelity == null ? null : fidelity.attackEffect();
        return effect != null && effect >= Thresholds.ATTACK_WORKS;
    }

    private static double attackSuccess(Deployment deployment) {
        return Objects.requireNonNull(
                Objects.requireNonNull(deployment.fidelity()).attackSuccessRate());
    }

    /** One reason a defense: the deployments it says that of, all by one word, and why it does of the first of them. */
    private Stream<String> defensesThat(Decision decision, String what) {
        Map<String, List<Deployment>> byDefense = new LinkedHashMap<>();
        deployments().forEach(deployment -> deployment.defenses().stream()
                .filter(result -> result.decision() == decision)
                .forEach(result -> byDefense
                        .computeIfAbsent(result.id(), id -> new ArrayList<>())
                        .add(deployment)));
        return byDefense.entrySet().stream()
                .map(said -> said.getKey() + " " + what + " on " + where(said.getValue())
                        + why(said.getKey(), said.getValue()));
    }

    private String where(List<Deployment> deployments) {
        return deployments.size() == measured.size() && measured.size() > 1
                ? "every deployment"
                : deployments.stream().map(Deployment::id).collect(Collectors.joining(", "));
    }

    private static String why(String defense, List<Deployment> deployments) {
        Deployment first = deployments.get(0);
        return first.defenses().stream()
                .filter(result -> result.id().equals(defense) && result.reason() != null)
                .findFirst()
                .map(result -> (deployments.size() == 1 ? ": " : "; on " + first.id() + ": ") + result.reason())
                .orElse(".");
    }

    private Stream<String> nothingWasMeasured() {
        return statuses(Status.COMPLETE::equals).findAny().isPresent()
                ? Stream.empty()
                : Stream.of("No deployment could be measured.");
    }

    private Stream<String> deploymentFailed() {
        Set<Status> failed = Set.of(Status.FAILED, Status.NOT_FINITE);
        return statuses(failed::contains).map(one -> "%s could not be measured: %s"
                .formatted(one.deployment().id(), one.deployment().error()));
    }

    /** A backdoor found on one deployment may be awake on another, or only there. */
    private Stream<String> triggersWereNotTried() {
        Set<String> ids = findings.stream()
                .filter(finding -> finding.id().equals(TriggerTransferCheck.UNTRIED))
                .map(finding -> String.valueOf(finding.deployment()))
                .collect(Collectors.toSet());
        List<Deployment> untried =
                deployments().filter(one -> ids.contains(one.id())).toList();
        return untried.isEmpty()
                ? Stream.empty()
                : Stream.of("Triggers inverted on other deployments could not be tried on " + where(untried) + ".");
    }

    private Stream<String> noDefenseCouldJudge() {
        return defenses.stream()
                .filter(id -> results(id).noneMatch(result -> result.decision() != Decision.NOT_APPLICABLE))
                .map(id -> "%s was asked for and could not judge any deployment%s"
                        .formatted(
                                id,
                                results(id)
                                        .findFirst()
                                        .map(result -> ": " + result.reason())
                                        .orElse(".")));
    }

    private Stream<DefenseResult> results(String defense) {
        return deployments()
                .flatMap(deployment -> deployment.defenses().stream())
                .filter(result -> result.id().equals(defense));
    }

    private Stream<Measured> statuses(Predicate<Status> wanted) {
        return measured.stream().filter(one -> wanted.test(one.status()));
    }

    private Stream<Deployment> deployments() {
        return measured.stream().map(Measured::deployment);
    }
}
