package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InTotoReportTest {
    private static JsonNode statement(AuditResult result) {
        return new JsonMapper().readTree(InTotoReport.render(result));
    }

    @ParameterizedTest
    @CsvSource({
        "0, NOT_DETECTED, PASSED, passedTests",
        "0, NOT_APPLICABLE, WARNED, warnedTests",
        "1, INCONCLUSIVE, FAILED, failedTests",
        "1, ERROR, FAILED, failedTests",
        "1, DETECTED, FAILED, failedTests",
    })
    void resultFollowsTheVerdict(int exitCode, Decision decision, String result, String tests) {
        Verdict verdict = new Verdict(
                exitCode == 0 ? Decision.NOT_DETECTED : Decision.INCONCLUSIVE,
                null,
                List.of("why"),
                exitCode,
                Severity.HIGH);
        DefenseResult defense = new DefenseResult("strip", decision, "because", 0.1, 0.05, List.of(), null);
        JsonNode predicate = statement(AuditFixtures.one(verdict, List.of(defense), List.of()))
                .get("predicate");

        assertThat(predicate.get("result").asString()).isEqualTo(result);
        assertThat(predicate.get(tests).values())
                .extracting(JsonNode::asString)
                .contains("int8-static/cpu/basic: strip");
    }

    @Test
    void eachFileIsASubjectOnce() {
        JsonNode subjects = statement(AuditFixtures.full()).get("subject");

        assertThat(subjects.findValuesAsString("sha256")).hasSize(4).doesNotHaveDuplicates();
        assertThat(subjects.findValuesAsString("name"))
                .doesNotHaveDuplicates()
                .contains("models/cifar10_badnets_s0.onnx", "artifacts/int8-static.onnx");
    }
}
