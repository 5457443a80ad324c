package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Artifact;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.Finding;
import dev.assay.defense.Decision;
import dev.assay.report.TestCase.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An audit as test reports know it. Something fails just when the command line's exit code is not 0.
 *
 * @param name of the deployment, or of the audit as a whole
 * @param properties what was tested
 * @param cases what it was tested for
 */
record TestSuite(String name, Map<String, String> properties, List<TestCase> cases) {
    /** The name of the suite for the audit as a whole. */
    static final String WHOLE = "audit";

    /** The audit as a whole, then each deployment. */
    static List<TestSuite> of(AuditResult result) {
        List<NamedFinding> findings = NamedFinding.of(result);
        List<TestSuite> suites = new ArrayList<>();
        suites.add(whole(result, findings));
        result.deployments().forEach(deployment -> suites.add(of(deployment, result, findings)));
        return List.copyOf(suites);
    }

    /** The verdict, and the findings that are not about one deployment. */
    private static TestSuite whole(AuditResult result, List<NamedFinding> findings) {
        Set<String> deployments =
                result.deployments().stream().map(Deployment::id).collect(Collectors.toSet());
        List<TestCase> cases = new ArrayList<>();
        cases.add(TestCase.of(result.verdict()));
        findings.stream()
                .filter(named -> named.finding().deployment() == null
                        || !deployments.contains(named.finding().deployment()))
                .forEach(named -> cases.add(TestCase.of(named, result.verdict().failOn())));
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("model", result.model().path());
        properties.put("model.sha256", result.model().sha256());
        properties.put("onnxruntime", result.environment().onnxruntime());
        return new TestSuite(WHOLE, properties, List.copyOf(cases));
    }

    private static TestSuite of(Deployment deployment, AuditResult result, List<NamedFinding> findings) {
        List<TestCase> cases = new ArrayList<>();
        cases.add(measured(deployment, result));
        deployment.defenses().forEach(defense -> cases.add(TestCase.of(defense)));
        findings.stream()
                .filter(named -> deployment.id().equals(named.finding().deployment()))
                .filter(named -> !toldByDefense(named.finding(), deployment))
                .forEach(named -> cases.add(TestCase.of(named, result.verdict().failOn())));
        Map<String, String> properties = new LinkedHashMap<>();
        Artifact artifact = deployment.artifact();
        if (artifact != null) {
            properties.put("artifact", artifact.path());
            properties.put("artifact.sha256", artifact.sha256());
        }
        return new TestSuite(deployment.id(), properties, List.copyOf(cases));
    }

    private static TestCase measured(Deployment deployment, AuditResult result) {
        double seconds = result.timing().secondsOf(deployment);
        if (deployment.error() == null) {
            return new TestCase("measured", Outcome.PASSED, "", "", seconds);
        }
        boolean notApplicable = result.isNotApplicable(deployment);
        return new TestCase(
                "measured",
                notApplicable ? Outcome.SKIPPED : Outcome.ERROR,
                (notApplicable ? Decision.NOT_APPLICABLE : Decision.ERROR).name(),
                deployment.error(),
                seconds);
    }

    /** Whether a finding only repeats what a defense has detected. */
    private static boolean toldByDefense(Finding finding, Deployment deployment) {
        return deployment.defenses().stream()
                .anyMatch(defense -> finding.id().equals(RuleText.id(defense.id(), Decision.DETECTED)));
    }

    /** The number of cases that went as one of these. */
    long count(Outcome... outcomes) {
        Set<Outcome> counted = Set.of(outcomes);
        return cases.stream().filter(one -> counted.contains(one.outcome())).count();
    }

    /** Seconds of all cases. */
    double seconds() {
        return cases.stream().mapToDouble(TestCase::seconds).sum();
    }
}
