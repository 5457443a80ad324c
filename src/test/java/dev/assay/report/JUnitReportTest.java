package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Finding;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class JUnitReportTest {
    private static final Verdict PASSED = new Verdict(Decision.NOT_DETECTED, null, List.of("why"), 0, Severity.HIGH);
    private static final Verdict FINDINGS = new Verdict(Decision.NOT_DETECTED, null, List.of("why"), 1, Severity.LOW);
    private static final Finding LOW =
            new Finding("accuracy-drop", Severity.LOW, "int8-static/cpu/basic", "It fell.", Map.of());

    static Stream<AuditResult> results() {
        return Stream.of(
                AuditFixtures.full(),
                AuditFixtures.minimal(),
                AuditFixtures.failed(),
                AuditFixtures.one(PASSED, List.of(defense(Decision.NOT_DETECTED)), List.of(LOW)),
                AuditFixtures.one(FINDINGS, List.of(defense(Decision.NOT_DETECTED)), List.of(LOW)));
    }

    private static DefenseResult defense(Decision decision) {
        return new DefenseResult("strip", decision, "because", 0.1, 0.05, List.of(), null);
    }

    private static Element parse(AuditResult result) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(JUnitReport.render(result).getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
    }

    private static Stream<Element> all(Element root, String name) {
        NodeList found = root.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(index -> (Element) found.item(index));
    }

    @ParameterizedTest
    @MethodSource("results")
    void failsJustWhenTheExitCodeIsNotZero(AuditResult result) throws Exception {
        Element root = parse(result);

        long failing = Stream.concat(all(root, "failure"), all(root, "error")).count();
        assertThat(failing > 0).isEqualTo(result.verdict().exitCode() != 0);
    }

    @ParameterizedTest
    @MethodSource("results")
    void countsWhatItHolds(AuditResult result) throws Exception {
        Element root = parse(result);
        List<Element> counted =
                Stream.concat(Stream.of(root), all(root, "testsuite")).toList();

        assertThat(counted).allSatisfy(element -> {
            assertThat(element.getAttribute("tests"))
                    .isEqualTo("" + all(element, "testcase").count());
            assertThat(element.getAttribute("failures"))
                    .isEqualTo("" + all(element, "failure").count());
            assertThat(element.getAttribute("errors"))
                    .isEqualTo("" + all(element, "error").count());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "DETECTED, failure, detected: because",
        "INCONCLUSIVE, failure, inconclusive: because",
        "ERROR, error, error: because",
        "NOT_APPLICABLE, skipped, not applicable: because",
    })
    void decisionsBecomeOutcomes(Decision decision, String element, String message) throws Exception {
        Element root = parse(AuditFixtures.one(FINDINGS, List.of(defense(decision)), List.of()));

        Element test = all(root, "testcase")
                .filter(one -> one.getAttribute("name").equals("strip"))
                .findFirst()
                .orElseThrow();
        assertThat(all(test, element)).singleElement().satisfies(outcome -> assertThat(outcome.getAttribute("message"))
                .isEqualTo(message));
    }

    @Test
    void aSchemeThatDoesNotApplyIsSkipped() throws Exception {
        String id = "int4-kernel/cpu/all";
        AuditResult failed = AuditFixtures.failed();
        assertThat(all(parse(failed), "skipped")).isEmpty();

        Finding why = new Finding("scheme-not-applicable", Severity.LOW, id, "There is no such artifact.", Map.of());
        AuditResult notApplicable = new AuditResult(
                failed.schema(),
                failed.assay(),
                failed.seed(),
                failed.model(),
                failed.data(),
                failed.environment(),
                PASSED,
                failed.deployments(),
                List.of(),
                List.of(why),
                failed.timing());
        assertThat(all(parse(notApplicable), "skipped")).hasSize(1);
        assertThat(all(parse(notApplicable), "error")).isEmpty();
    }

    @Test
    void textSurvivesOrIsWrittenOut() throws Exception {
        Element root = parse(AuditFixtures.withUntrusted("\u0007]]> <&\"' 日本 🙂 \ud83d"));

        assertThat(root.getAttribute("name")).isEqualTo("assay \\u0007]]> <&\"' 日本 🙂 \\ud83d");
    }
}
