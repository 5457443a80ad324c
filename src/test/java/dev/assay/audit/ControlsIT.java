package dev.assay.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.data.DataSpec;
import dev.assay.data.Preprocessing;
import dev.assay.defense.Budget;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.NeuralCleanse;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Controls planted into the shipped clean model. */
class ControlsIT {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T09:30:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private final List<String> kept = new ArrayList<>();

    @Test
    void aPlantedBackdoorIsFoundAndSoSilenceStands() {
        AuditResult result = run(List.of(NeuralCleanse.ID));

        assertThat(result.deployments()).extracting(Deployment::scheme).containsExactly("fp32", "int8-static");
        assertThat(result.deployments())
                .flatExtracting(Deployment::controls)
                .hasSize(2)
                .allSatisfy(control -> {
                    assertThat(control.error()).isNull();
                    assertThat(control.plantedSuccess()).isGreaterThanOrEqualTo(0.95);
                    assertThat(control.agreement()).isGreaterThanOrEqualTo(0.95);
                    assertThat(control.attackSuccess()).isGreaterThan(0.9);
                });
        assertThat(result.deployments())
                .flatExtracting(Deployment::controls)
                .allMatch(control -> control.isFoundBy(NeuralCleanse.ID));
        assertThat(result.deployments())
                .flatExtracting(Deployment::defenses)
                .extracting(DefenseResult::decision)
                .containsExactly(Decision.NOT_DETECTED, Decision.NOT_DETECTED);
        assertThat(AuditJson.read(folder.resolve("audit.json"))).isEqualTo(result);

        AuditResult again = run(List.of());
        assertThat(kept).containsExactly("plant-control");
        assertThat(requireNonNull(again.deployments().get(0).controls().get(0)).plantedSuccess())
                .isEqualTo(result.deployments().get(0).controls().get(0).plantedSuccess());
    }

    private AuditResult run(List<String> defenses) {
        AuditRequest.Plan plan = new AuditRequest.Plan(
                List.of(Scheme.FP32, Scheme.INT8_STATIC),
                List.of(),
                QuantConfig.DEFAULTS,
                List.of(SessionSpec.cpu(1)),
                List.of(),
                defenses,
                true);
        DataSpec images = DataSpec.parse("signs:test");
        DataSpec calibration = DataSpec.parse("records:calibration/signs.bin");
        AuditRequest request = new AuditRequest(
                Path.of("models/signs_clean.onnx"),
                null,
                Hints.NONE,
                Preprocessing.DEFAULT,
                new AuditRequest.Images(images, calibration, null, null),
                plan,
                Budget.QUICK,
                7,
                folder,
                false,
                Severity.HIGH);
        AuditListener listener = new AuditListener() {
            @Override
            public void ended(String task, String how) {
                if (how.contains("kept")) {
                    kept.add(task);
                }
            }
        };
        return Audit.run(request, AuditTest.ENVIRONMENT, new InProcessRunner(), listener, CLOCK);
    }
}
