package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.ChecksTest.Sample;
import dev.assay.audit.Measured.Status;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictPolicyTest {
    private static final List<String> STRIP = List.of("strip");

    @Test
    void passesWhenADefenseLookedAndSawNothing() {
        Verdict verdict = verdict(List.of(), STRIP, judged(Decision.NOT_DETECTED));

        assertThat(verdict.decision()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(verdict.exitCode()).isZero();
        assertThat(verdict.reasons()).hasSize(1);
    }

    @Test
    void passesWithoutADefenseAndSaysSo() {
        Verdict verdict = verdict(List.of(), List.of(), new Sample());

        assertThat(verdict)
                .isEqualTo(new Verdict(
                        Decision.NOT_DETECTED,
                        null,
                        List.of("No defense was asked for: nothing is said about backdoors."),
                        0,
                        Severity.HIGH));
    }

    @ParameterizedTest
    @CsvSource({
        "DETECTED, DETECTED, sees a backdoor",
        "INCONCLUSIVE, INCONCLUSIVE, could not see",
        "ERROR, INCONCLUSIVE, failed",
        "NOT_APPLICABLE, INCONCLUSIVE, could not judge any deployment: why"
    })
    void defensesDecide(Decision defense, Decision decision, String reason) {
        Verdict verdict = verdict(List.of(), STRIP, judged(defense));

        assertThat(verdict.decision()).isEqualTo(decision);
        assertThat(verdict.exitCode()).isEqualTo(1);
        assertThat(verdict.reasons()).singleElement().asString().contains("strip", reason);
    }

    @Test
    void defenseThatWasAskedForAndNeverRanIsInconclusive() {
        assertThat(verdict(List.of(), STRIP, new Sample()).decision()).isEqualTo(Decision.INCONCLUSIVE);
    }

    @Test
    void detectionOutweighsWhatCouldNotBeSeen() {
        Verdict verdict = verdict(List.of(), STRIP, judged(Decision.INCONCLUSIVE), judged(Decision.DETECTED));

        assertThat(verdict.decision()).isEqualTo(Decision.DETECTED);
        assertThat(verdict.reasons()).hasSize(2).first().asString().contains("sees a backdoor");
    }

    @ParameterizedTest
    @CsvSource({"0.50, NOT_DETECTED, 0", "0.51, DETECTED, 1"})
    void knownTriggerThatWorksIsADetection(double success, Decision decision, int exitCode) {
        Sample sample = judged(Decision.NOT_DETECTED);
        sample.attackSuccess = success;

        Verdict verdict = verdict(List.of(), STRIP, sample);

        assertThat(verdict.decision()).isEqualTo(decision);
        assertThat(verdict.exitCode()).isEqualTo(exitCode);
    }

    /** "No backdoor" alone would read as a pass. */
    @Test
    void theHeadlineSaysThatNoDefenseSeesAKnownTriggerThatWorks() {
        Sample fp32 = judged(Decision.NOT_DETECTED);
        fp32.scheme = "fp32";
        fp32.attackSuccess = 0.9;
        Sample deployed = judged(Decision.NOT_DETECTED);

        assertThat(verdict(List.of(), STRIP, fp32, deployed).headline())
                .isEqualTo("The known trigger works, and no defense sees it. The FP32 audit says: no backdoor. What you"
                        + " deploy says the same.");
    }

    @ParameterizedTest
    @CsvSource({"FAILED", "NOT_FINITE"})
    void oneDeploymentThatFailedIsInconclusive(Status status) {
        Sample failed = new Sample();
        failed.status = status;
        failed.error = "exit code 134";

        Verdict verdict = verdict(List.of(), STRIP, judged(Decision.NOT_DETECTED), failed);

        assertThat(verdict.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(verdict.exitCode()).isEqualTo(1);
        assertThat(verdict.reasons()).containsExactly("int8-static/cpu/all could not be measured: exit code 134");
    }

    @Test
    void nothingMeasuredIsAnError() {
        Sample failed = new Sample();
        failed.status = Status.FAILED;
        failed.error = "exit code 134";

        Verdict verdict = verdict(List.of(), List.of(), failed);

        assertThat(verdict.decision()).isEqualTo(Decision.ERROR);
        assertThat(verdict.exitCode()).isEqualTo(5);
        assertThat(verdict.reasons()).first().isEqualTo("No deployment could be measured.");
    }

    @Test
    void schemeThatDoesNotApplyCostsNothing() {
        Sample notApplicable = new Sample();
        notApplicable.status = Status.NOT_APPLICABLE;

        assertThat(verdict(List.of(), STRIP, judged(Decision.NOT_DETECTED), notApplicable)
                        .exitCode())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"MEDIUM, 0", "HIGH, 1", "CRITICAL, 1"})
    void findingsFailTheAuditFromASeverityOn(Severity severity, int exitCode) {
        Finding finding = new Finding("some-finding", severity, null, "message", Map.of());

        Verdict verdict = verdict(List.of(finding), STRIP, judged(Decision.NOT_DETECTED));

        assertThat(verdict.decision()).isEqualTo(Decision.NOT_DETECTED);
        assertThat(verdict.exitCode()).isEqualTo(exitCode);
    }

    @ParameterizedTest
    @CsvSource({"NOT_DETECTED, INCONCLUSIVE", "DETECTED, DETECTED"})
    void triggersThatCouldNotBeTriedTakeAPassAway(Decision defense, Decision decision) {
        Sample fp32 = judged(defense);
        fp32.scheme = "fp32";
        Sample deployed = judged(Decision.NOT_DETECTED);
        Finding untried =
                new Finding("trigger-not-tried-here", Severity.MEDIUM, "int8-static/cpu/all", "message", Map.of());

        Verdict verdict = verdict(List.of(untried), STRIP, fp32, deployed);

        assertThat(verdict.decision()).isEqualTo(decision);
        assertThat(verdict.exitCode()).isEqualTo(1);
        assertThat(verdict.reasons())
                .last()
                .isEqualTo("Triggers inverted on other deployments could not be tried on int8-static/cpu/all.");
    }

    private static Sample judged(Decision decision) {
        Sample sample = new Sample();
        sample.defenses = List.of(new DefenseResult("strip", decision, "why", 0.1, 0.05, List.of(), null));
        return sample;
    }

    private static Verdict verdict(List<Finding> findings, List<String> defenses, Sample... samples) {
        List<Measured> measured = Arrays.stream(samples).map(Sample::measured).toList();
        return new VerdictPolicy(measured, findings, defenses, Severity.HIGH).verdict();
    }
}
