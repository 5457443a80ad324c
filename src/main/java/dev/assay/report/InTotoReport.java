package dev.assay.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.assay.audit.AuditResult;
import dev.assay.report.TestCase.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An audit as an in-toto Statement v1 with the predicate {@code test-result/v0.1}, to be signed and to be asked for before
 * an artifact is deployed. Its subjects are the model and every artifact, each by the digest that the result names; its
 * tests are {@code <deployment>: <case>}, as in the JUnit report. What was skipped counts as warned, since it is no pass.
 */
final class InTotoReport {
    private static final String STATEMENT = "https://in-toto.io/Statement/v1";
    private static final String TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1";

    private InTotoReport() {}

    private record Statement(
            @JsonProperty("_type") String type,
            List<ResourceDescriptor> subject,
            String predicateType,
            TestResult predicate) {}

    private record ResourceDescriptor(
            String name,
            @Nullable String uri,
            @Nullable Map<String, String> digest,
            @Nullable Map<String, Object> annotations) {}

    private record TestResult(
            String result,
            List<ResourceDescriptor> configuration,
            List<String> passedTests,
            List<String> warnedTests,
            List<String> failedTests) {}

    /** Returns the statement, unsigned; it ends with a newline. */
    static String render(AuditResult result) {
        List<ResourceDescriptor> subjects = AuditedFile.of(result).stream()
                .map(file -> new ResourceDescriptor(file.path(), null, Map.of("sha256", file.sha256()), null))
                .toList();
        return IndentedJson.of(new Statement(STATEMENT, subjects, TEST_RESULT, predicate(result)));
    }

    private static TestResult predicate(AuditResult result) {
        List<TestSuite> suites = TestSuite.of(result);
        List<String> warned = names(suites, Outcome.WARNED, Outcome.SKIPPED);
        String passed = warned.isEmpty() ? "PASSED" : "WARNED";
        return new TestResult(
                result.verdict().exitCode() == 0 ? passed : "FAILED",
                List.of(assay(result), evaluation(result)),
                names(suites, Outcome.PASSED),
                warned,
                names(suites, Outcome.FAILED, Outcome.ERROR));
    }

    private static List<String> names(List<TestSuite> suites, Outcome... outcomes) {
        Set<Outcome> wanted = Set.of(outcomes);
        return suites.stream()
                .flatMap(suite -> suite.cases().stream()
                        .filter(test -> wanted.contains(test.outcome()))
                        .map(test -> suite.name() + ": " + test.name()))
                .toList();
    }

    private static ResourceDescriptor assay(AuditResult result) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("seed", result.seed());
        settings.put("failOn", result.verdict().failOn());
        settings.put("onnxruntime", result.environment().onnxruntime());
        settings.put("started", result.timing().started());
        return new ResourceDescriptor("assay", "pkg:generic/assay@" + result.assay(), null, settings);
    }

    private static ResourceDescriptor evaluation(AuditResult result) {
        Map<String, Object> use = new LinkedHashMap<>();
        use.put("images", result.data().evaluationImages());
        use.put("preprocessing", result.data().preprocessing());
        return new ResourceDescriptor(
                result.data().evaluation(), null, Map.of("sha256", result.data().evaluationSha256()), use);
    }
}
