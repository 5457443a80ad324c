package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import org.junit.jupiter.api.Test;

class ComparisonReportTest {
    @Test
    void showsWhereDeploymentsPartWithoutAVerdict() {
        String page = ComparisonReport.render(AuditFixtures.full());

        assertThat(page)
                .contains("comparison of deployments", "id=\"deployments\"", "id=\"layers\"", "id=\"flips\"")
                .contains("<title>comparison: cifar10_badnets_s0.onnx – Assay</title>")
                .contains("Skip to the deployments")
                .doesNotContain("id=\"verdict\"", "id=\"defenses\"", "audit of a deployed classifier");
        assertThat(page.indexOf("id=\"deployments\"")).isLessThan(page.indexOf("id=\"findings\""));
    }
}
