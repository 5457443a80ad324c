package dev.assay.report;

import dev.assay.Sha256;
import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.report.SarifLog.Artifact;
import dev.assay.report.SarifLog.ArtifactLocation;
import dev.assay.report.SarifLog.AutomationDetails;
import dev.assay.report.SarifLog.Configuration;
import dev.assay.report.SarifLog.Driver;
import dev.assay.report.SarifLog.Invocation;
import dev.assay.report.SarifLog.Location;
import dev.assay.report.SarifLog.LogicalLocation;
import dev.assay.report.SarifLog.Message;
import dev.assay.report.SarifLog.PhysicalLocation;
import dev.assay.report.SarifLog.Region;
import dev.assay.report.SarifLog.Result;
import dev.assay.report.SarifLog.Rule;
import dev.assay.report.SarifLog.Run;
import dev.assay.report.SarifLog.Tool;
import dev.assay.report.SarifLog.UriBase;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An audit as SARIF 2.1.0, for code scanning: a result for each finding, and for each defense that could not see, failed,
 * or lacked what it needs. Severities become the levels and the {@code security-severity} that GitHub reads; the file
 * that ships is the location, the deployment the logical one.
 *
 * <p>Deviation: a location says line 1 although models have no lines, since GitHub takes no result without one.
 */
final class SarifReport {
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private static final String RESULT_FOLDER = "AUDIT";

    private final AuditResult result;
    private final List<AuditedFile> files;
    private final List<Reported> reported;
    private final List<String> ruleIds;

    private SarifReport(AuditResult result) {
        this.result = result;
        files = AuditedFile.of(result);
        reported = Stream.concat(
                        NamedFinding.of(result).stream().map(Reported::of),
                        result.deployments().stream().flatMap(deployment -> deployment.defenses().stream()
                                .flatMap(defense -> Reported.of(deployment, defense))))
                .toList();
        ruleIds = reported.stream().map(Reported::ruleId).distinct().toList();
    }

    /** Returns the log; it ends with a newline. */
    static String render(AuditResult result) {
        return IndentedJson.of(new SarifLog(SCHEMA, "2.1.0", List.of(new SarifReport(result).run())));
    }

    /** What becomes a result; without a severity nothing was judged. */
    private record Reported(
            String ruleId,
            String name,
            @Nullable Severity severity,
            @Nullable String deployment,
            String message,
            Map<String, Double> figures) {
        static Reported of(NamedFinding named) {
            return new Reported(
                    named.finding().id(),
                    named.name(),
                    named.finding().severity(),
                    named.finding().deployment(),
                    named.finding().message(),
                    named.finding().evidence());
        }

        /** Nothing for decisions that are findings already, or no reason to act. */
        static Stream<Reported> of(Deployment deployment, DefenseResult defense) {
            if (defense.decision() == Decision.DETECTED || defense.decision() == Decision.NOT_DETECTED) {
                return Stream.empty();
            }
            String id = RuleText.id(defense.id(), defense.decision());
            return Stream.of(new Reported(
                    id,
                    id,
                    severity(defense.decision()),
                    deployment.id(),
                    "%s: %s".formatted(defense.id(), TestCase.of(defense).message()),
                    Map.of("score", defense.score(), "threshold", defense.threshold())));
        }

        /** A check that could not see fails the audit by itself, as a finding of high severity does by default. */
        private static @Nullable Severity severity(Decision decision) {
            return decision == Decision.NOT_APPLICABLE ? null : Severity.HIGH;
        }

        String level() {
            return severity == null ? "none" : SarifReport.level(severity);
        }
    }

    private Run run() {
        Verdict verdict = result.verdict();
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("decision", verdict.decision());
        properties.put("headline", verdict.headline());
        properties.put("reasons", verdict.reasons());
        return new Run(
                new Tool(new Driver("Assay", result.assay(), result.assay(), rules())),
                new AutomationDetails(
                        "assay/" + AuditedFile.nameOf(result.model().path()) + "/"),
                List.of(new Invocation(
                        verdict.decision() != Decision.ERROR,
                        verdict.exitCode(),
                        Look.of(verdict).word(),
                        result.timing().started())),
                Map.of(RESULT_FOLDER, new UriBase(new Message("The folder of audit.json."))),
                IntStream.range(0, files.size()).mapToObj(this::artifact).toList(),
                reported.stream().map(this::result).toList(),
                properties);
    }

    private List<Rule> rules() {
        return ruleIds.stream().map(this::rule).toList();
    }

    /** A rule is as severe as the most severe of its results. */
    private Rule rule(String id) {
        RuleText text = RuleText.of(id, result);
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("tags", List.of("security"));
        Reported worst = reported.stream()
                .filter(one -> one.ruleId().equals(id))
                .max(Comparator.comparing(Reported::severity, Comparator.nullsFirst(Comparator.naturalOrder())))
                .orElseThrow();
        if (worst.severity() != null) {
            properties.put("security-severity", securitySeverity(worst.severity()));
        }
        return new Rule(
                id,
                pascalCase(id),
                message(text.summary()),
                message(text.description()),
                message(text.help()),
                new Configuration(worst.level()),
                properties);
    }

    private Result result(Reported one) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("severity", one.severity());
        properties.put(
                "figures",
                one.figures().entrySet().stream()
                        .filter(figure -> !Figures.isUndefined(figure.getValue()))
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, Map.Entry::getValue, (first, second) -> first, TreeMap::new)));
        return new Result(
                one.ruleId(),
                ruleIds.indexOf(one.ruleId()),
                one.severity() == null ? "notApplicable" : "fail",
                one.level(),
                message(one.message()),
                List.of(location(one.deployment())),
                fingerprints(one),
                properties);
    }

    private Location location(@Nullable String deployment) {
        int file = IntStream.range(0, files.size())
                .filter(index -> files.get(index).deployments().stream()
                        .anyMatch(one -> one.id().equals(deployment)))
                .findFirst()
                .orElse(0);
        ArtifactLocation artifact = location(file);
        return new Location(
                new PhysicalLocation(new ArtifactLocation(artifact.uri(), artifact.uriBaseId(), file), new Region(1)),
                deployment == null ? null : List.of(new LogicalLocation(deployment, "deployment")));
    }

    private Artifact artifact(int index) {
        AuditedFile file = files.get(index);
        return new Artifact(location(index), file.bytes(), Map.of("sha-256", file.sha256()));
    }

    /** The model's path is as given; relative ones of artifacts start at the result. */
    private ArtifactLocation location(int index) {
        String uri = FileUri.of(files.get(index).path());
        return new ArtifactLocation(uri, index == 0 || uri.startsWith("file:") ? null : RESULT_FOLDER, null);
    }

    /** Stable while the same is found on the same deployment; GitHub reads only the second. */
    private static Map<String, String> fingerprints(Reported one) {
        String digest = Sha256.ofText(one.name() + "\n" + one.deployment());
        Map<String, String> fingerprints = new LinkedHashMap<>();
        fingerprints.put("assayFinding/v1", digest);
        fingerprints.put("primaryLocationLineHash", digest);
        return fingerprints;
    }

    /** Braces and links have a meaning in messages (sections 3.11.5 and 3.11.6), which no text from outside may use. */
    private static Message message(String text) {
        return new Message(text.replace("{", "{{").replace("}", "}}").replace("](", "] ("));
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case CRITICAL, HIGH -> "error";
            case MEDIUM -> "warning";
            case LOW, INFO -> "note";
        };
    }

    /** The least figure that GitHub shows as this severity; the bands are those of CVSS 3.1. */
    private static String securitySeverity(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "9.0";
            case HIGH -> "7.0";
            case MEDIUM -> "4.0";
            case LOW -> "0.1";
            case INFO -> "0.0";
        };
    }

    private static String pascalCase(String kebab) {
        return Arrays.stream(kebab.split("-"))
                .filter(word -> !word.isEmpty())
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }
}
