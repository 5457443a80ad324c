package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Finding;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FindingsSectionTest {
    private static final Verdict VERDICT = new Verdict(Decision.DETECTED, null, List.of("why"), 1, Severity.HIGH);

    @Test
    void whatIsFoundOnSeveralDeploymentsIsOneItem() {
        String items = body(
                finding("strip-detected", Severity.CRITICAL, "fp32/cpu/all", 1),
                finding("low-agreement", Severity.CRITICAL, "fp32/cpu/all", 2),
                finding("strip-detected", Severity.CRITICAL, "int8-static/cpu/all", 3),
                finding("strip-detected", Severity.LOW, "int4-kernel/cpu/all", 4));

        assertThat(items.split("<li>", -1)).hasSize(1 + 3);
        assertThat(items.split("<details>", -1)).hasSize(1 + 1);
        assertThat(items)
                .contains("1 more, on int8-static/cpu/all")
                .containsSubsequence("message 1", "message 3", "message 2", "message 4");
    }

    @Test
    void aFindingOfTheModelIsAboutAllDeployments() {
        assertThat(body(finding("artifact-size", Severity.LOW, null, 1)))
                .contains("all deployments")
                .doesNotContain("<details>");
    }

    private static String body(Finding... findings) {
        return new FindingsSection()
                .body(AuditFixtures.one(VERDICT, List.of(), List.of(findings)))
                .render();
    }

    private static Finding finding(String id, Severity severity, @Nullable String deployment, int number) {
        return new Finding(id, severity, deployment, "message " + number, Map.of("figure", (double) number));
    }
}
