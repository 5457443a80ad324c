package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Finding;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SarifReportTest {
    private static final Verdict INCONCLUSIVE =
            new Verdict(Decision.INCONCLUSIVE, null, List.of("why"), 1, Severity.HIGH);

    private static JsonNode run(AuditResult result) {
        return new JsonMapper().readTree(SarifReport.render(result)).at("/runs/0");
    }

    private static JsonNode results(Decision decision, Finding... findings) {
        DefenseResult defense = new DefenseResult("strip", decision, "because", Double.NaN, 0.05, List.of(), null);
        return run(AuditFixtures.one(INCONCLUSIVE, List.of(defense), List.of(findings)))
                .get("results");
    }

    private static Finding finding(String message, Map<String, Double> figures) {
        return new Finding("class-recall-drop", Severity.MEDIUM, "int8-static/cpu/basic", message, figures);
    }

    @ParameterizedTest
    @CsvSource({
        "INCONCLUSIVE, strip-inconclusive, fail, error",
        "ERROR, strip-error, fail, error",
        "NOT_APPLICABLE, strip-not-applicable, notApplicable, none",
    })
    void decisionsThatAreNoPassAreVisible(Decision decision, String rule, String kind, String level) {
        JsonNode results = results(decision);

        assertThat(results).hasSize(1);
        JsonNode result = results.get(0);
        assertThat(result.get("ruleId").asString()).isEqualTo(rule);
        assertThat(result.get("kind").asString()).isEqualTo(kind);
        assertThat(result.get("level").asString()).isEqualTo(level);
        assertThat(result.at("/message/text").asString()).startsWith("strip: ").endsWith(": because");
        assertThat(result.at("/locations/0/logicalLocations/0/fullyQualifiedName")
                        .asString())
                .isEqualTo("int8-static/cpu/basic");
    }

    @Test
    void silenceOfADefenseThatCouldSeeIsNoResult() {
        assertThat(results(Decision.NOT_DETECTED)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"CRITICAL, error, 9.0", "HIGH, error, 7.0", "MEDIUM, warning, 4.0", "LOW, note, 0.1", "INFO, note, 0.0"
    })
    void severitiesBecomeLevels(Severity severity, String level, String security) {
        Finding finding = new Finding("accuracy-drop", severity, null, "message", Map.of());
        JsonNode run = run(AuditFixtures.one(INCONCLUSIVE, List.of(), List.of(finding)));

        assertThat(run.at("/results/0/level").asString()).isEqualTo(level);
        assertThat(run.at("/tool/driver/rules/0/defaultConfiguration/level").asString())
                .isEqualTo(level);
        assertThat(run.at("/tool/driver/rules/0/properties/security-severity").asString())
                .isEqualTo(security);
    }

    @Test
    void everyResultHasItsRuleAndItsFile() {
        JsonNode run = run(AuditFixtures.full());
        for (JsonNode result : run.get("results")) {
            JsonNode rule =
                    run.at("/tool/driver/rules").get(result.get("ruleIndex").asInt());
            assertThat(rule.get("id")).isEqualTo(result.get("ruleId"));
            JsonNode location = result.at("/locations/0/physicalLocation/artifactLocation");
            assertThat(run.get("artifacts").get(location.get("index").asInt()).at("/location/uri"))
                    .isEqualTo(location.get("uri"));
        }
        assertThat(run.at("/invocations/0/exitCode").asInt()).isEqualTo(1);
    }

    @Test
    void fingerprintsTellFindingsApartAndOutliveTheirFigures() {
        JsonNode before = results(
                Decision.NOT_DETECTED,
                finding("Recall fell by 12.0 points.", Map.of("class", 3.0, "recallDrift", -0.12)),
                finding("Recall fell by 15.0 points.", Map.of("class", 4.0, "recallDrift", -0.15)),
                finding("Recall fell by 15.0 points.", Map.of("class", 4.0, "recallDrift", -0.15)));
        JsonNode after = results(
                Decision.NOT_DETECTED,
                finding("Recall fell by 12.4 points.", Map.of("class", 3.0, "recallDrift", -0.124)));

        assertThat(before.findValuesAsString("primaryLocationLineHash")).doesNotHaveDuplicates();
        assertThat(after.at("/0/partialFingerprints")).isEqualTo(before.at("/0/partialFingerprints"));
    }

    @Test
    void textFromOutsideIsNeitherPlaceholderNorLink() {
        JsonNode results = results(Decision.NOT_DETECTED, finding("node '{0}[x](https://example.com)'", Map.of()));

        assertThat(results.at("/0/message/text").asString()).isEqualTo("node '{{0}}[x] (https://example.com)'");
    }

    @Test
    void undefinedFiguresAreLeftOut() {
        JsonNode results =
                results(Decision.NOT_DETECTED, finding("message", Map.of("noise", Double.NaN, "drift", 0.5)));

        assertThat(results.at("/0/properties/figures").propertyNames()).containsExactly("drift");
    }
}
