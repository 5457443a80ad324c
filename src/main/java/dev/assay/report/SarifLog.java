package dev.assay.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts of SARIF 2.1.0 (OASIS Standard, 2020, with errata 01 of 2023) that Assay writes, named as there. */
record SarifLog(@JsonProperty("$schema") String schema, String version, List<Run> runs) {
    record Run(
            Tool tool,
            AutomationDetails automationDetails,
            List<Invocation> invocations,
            Map<String, UriBase> originalUriBaseIds,
            List<Artifact> artifacts,
            List<Result> results,
            Map<String, Object> properties) {}

    record Tool(Driver driver) {}

    record Driver(String name, String version, String semanticVersion, List<Rule> rules) {}

    record Rule(
            String id,
            String name,
            Message shortDescription,
            Message fullDescription,
            Message help,
            Configuration defaultConfiguration,
            Map<String, Object> properties) {}

    record Configuration(String level) {}

    record Message(String text) {}

    record AutomationDetails(String id) {}

    record Invocation(boolean executionSuccessful, int exitCode, String exitCodeDescription, String startTimeUtc) {}

    record UriBase(Message description) {}

    record Artifact(ArtifactLocation location, long length, Map<String, String> hashes) {}

    record ArtifactLocation(
            String uri,
            @Nullable String uriBaseId,
            @Nullable Integer index) {}

    record Result(
            String ruleId,
            int ruleIndex,
            String kind,
            String level,
            Message message,
            List<Location> locations,
            Map<String, String> partialFingerprints,
            Map<String, Object> properties) {}

    record Location(
            PhysicalLocation physicalLocation, @Nullable List<LogicalLocation> logicalLocations) {}

    record PhysicalLocation(ArtifactLocation artifactLocation, Region region) {}

    record Region(int startLine) {}

    record LogicalLocation(String fullyQualifiedName, String kind) {}
}
