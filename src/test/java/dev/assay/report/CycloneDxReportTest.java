package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CycloneDxReportTest {
    private static JsonNode bom(AuditResult result) {
        return new JsonMapper().readTree(CycloneDxReport.render(result));
    }

    @Test
    void theModelIsTheSubjectAndTheAncestorOfItsArtifacts() {
        JsonNode bom = bom(AuditFixtures.full());

        JsonNode model = bom.at("/metadata/component");
        assertThat(model.at("/modelCard/quantitativeAnalysis/performanceMetrics/0/slice")
                        .asString())
                .as("the float deployment runs the model's own bytes")
                .isEqualTo("fp32/cpu/all");
        assertThat(bom.at("/components").findValues("pedigree")).hasSize(3).allSatisfy(pedigree -> assertThat(
                        pedigree.at("/ancestors/0/hashes"))
                .isEqualTo(model.get("hashes")));
    }

    @Test
    void everyReferenceIsOfAComponent() {
        JsonNode bom = bom(AuditFixtures.full());
        List<String> components = bom.findValuesAsString("bom-ref");
        List<String> references = new ArrayList<>(bom.at("/dependencies").findValuesAsString("ref"));
        bom.findValues("datasets").forEach(datasets -> references.addAll(datasets.findValuesAsString("ref")));

        assertThat(components).doesNotHaveDuplicates().containsAll(references).contains("onnxruntime");
    }

    @Test
    void undefinedFiguresAreLeftOut() {
        Verdict passed = new Verdict(Decision.NOT_DETECTED, null, List.of(), 0, Severity.HIGH);
        JsonNode metrics = bom(AuditFixtures.one(passed, List.of(), List.of()))
                .at("/components/0/modelCard/quantitativeAnalysis/performanceMetrics");

        assertThat(metrics.findValuesAsString("type"))
                .containsExactly("accuracy", "top1Agreement", "integerMacShare", "fourBitMacShare");
    }

    @Test
    void equalResultsHaveOneSerialNumberAndOtherAuditsAnother() {
        JsonNode serial = bom(AuditFixtures.full()).get("serialNumber");

        assertThat(bom(AuditFixtures.full()).get("serialNumber")).isEqualTo(serial);
        assertThat(bom(AuditFixtures.full().withoutTiming()).get("serialNumber"))
                .isNotEqualTo(serial);
        assertThat(bom(AuditFixtures.failed()).get("serialNumber")).isNotEqualTo(serial);
    }
}
