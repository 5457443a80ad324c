package dev.assay.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of CycloneDX 1.6 (ECMA-424, 2024) that Assay writes, named as there. */
record CycloneDxBom(
        @JsonProperty("$schema") String schema,
        String bomFormat,
        String specVersion,
        String serialNumber,
        int version,
        Metadata metadata,
        List<Component> components,
        List<Dependency> dependencies) {
    record Metadata(String timestamp, Tools tools, Component component, List<Property> properties) {}

    record Tools(List<Component> components) {}

    record Component(
            String type,
            @JsonProperty("bom-ref") @Nullable String bomRef,
            String name,
            @Nullable String version,
            @Nullable List<Hash> hashes,
            @Nullable Pedigree pedigree,
            @Nullable ModelCard modelCard,
            @Nullable List<Property> properties) {}

    record Hash(String alg, String content) {}

    record Pedigree(List<Component> ancestors, String notes) {}

    record ModelCard(
            ModelParameters modelParameters,
            QuantitativeAnalysis quantitativeAnalysis,
            Considerations considerations) {}

    record ModelParameters(
            String task, List<DatasetRef> datasets, List<InputOutput> inputs, List<InputOutput> outputs) {}

    record DatasetRef(String ref) {}

    record InputOutput(String format) {}

    record QuantitativeAnalysis(List<PerformanceMetric> performanceMetrics) {}

    record PerformanceMetric(String type, String value, String slice) {}

    record Considerations(List<String> technicalLimitations) {}

    record Property(String name, String value) {}

    record Dependency(String ref, List<String> dependsOn) {}
}
