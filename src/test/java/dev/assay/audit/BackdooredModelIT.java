package dev.assay.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.SharedModels;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.data.DataSpec;
import dev.assay.data.Preprocessing;
import dev.assay.defense.Budget;
import dev.assay.defense.Decision;
import dev.assay.fidelity.Fidelity;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The zoo's backdoored CIFAR-10 model, audited with its own trigger and with preprocessing it was not trained with. */
class BackdooredModelIT {
    private static final Path ZOO = SharedModels.DATA.resolve("zoo");

    private final Path folder;

    BackdooredModelIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void assumeShared() {
        SharedModels.assumeThere();
    }

    @Test
    void knownTriggerWorksOnEachDeployment() {
        AuditResult result = audit(Preprocessing.DEFAULT, ZOO.resolve("cifar10_badnets_s0.json"));

        assertThat(result.verdict().decision()).isEqualTo(Decision.DETECTED);
        assertThat(result.verdict().exitCode()).isEqualTo(1);
        assertThat(result.deployments()).hasSize(2).allSatisfy(deployment -> assertThat(
                        fidelity(deployment).attackSuccessRate())
                .isGreaterThan(0.8));
        assertThat(result.findings())
                .filteredOn(finding -> finding.id().equals("attack-success"))
                .hasSize(2);
    }

    @Test
    void wrongPreprocessingIsSuspected() {
        AuditResult result = audit(Preprocessing.DEFAULT.withRange("0..255"), null);

        assertThat(fidelity(result.deployments().get(0)).accuracy()).isLessThan(0.3);
        assertThat(result.findings()).extracting(Finding::id).contains("accuracy-below-confidence");
    }

    private static Fidelity fidelity(Deployment deployment) {
        return requireNonNull(deployment.fidelity());
    }

    private AuditResult audit(Preprocessing preprocessing, @Nullable Path trigger) {
        AuditRequest request = new AuditRequest(
                ZOO.resolve("cifar10_badnets_s0.onnx"),
                null,
                Hints.NONE,
                preprocessing,
                new AuditRequest.Images(
                        DataSpec.parse("cifar10:" + SharedModels.DATA.resolve("cifar10") + "#0..2000"),
                        null,
                        null,
                        trigger),
                new AuditRequest.Plan(
                        List.of(Scheme.FP32, Scheme.INT8_STATIC),
                        List.of(),
                        QuantConfig.DEFAULTS,
                        List.of(SessionSpec.cpu(2)),
                        List.of(),
                        List.of()),
                Budget.QUICK,
                7,
                folder.resolve("out"),
                false,
                Severity.HIGH);
        return Audit.run(
                request,
                AuditTest.ENVIRONMENT,
                new ChildRunner(Allowance.of(Budget.QUICK).taskLimit()),
                AuditListener.SILENT,
                Clock.systemUTC());
    }
}
