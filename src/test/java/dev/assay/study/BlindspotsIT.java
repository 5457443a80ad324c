package dev.assay.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.audit.AuditListener;
import dev.assay.audit.InProcessRunner;
import dev.assay.audit.ThisMachine;
import dev.assay.defense.Budget;
import dev.assay.defense.Decision;
import dev.assay.defense.NeuralCleanse;
import dev.assay.quant.Scheme;
import dev.assay.study.Comparison.Answer;
import dev.assay.study.StudiedModel.StudiedDeployment;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The study on the backdoored model of shapes. */
class BlindspotsIT {
    @TempDir
    private Path folder;

    private final List<Path> audited = new ArrayList<>();

    @Test
    void theBackdoorIsSeenInEightBitsWhereTheStudysOptimizerSeesNothing() {
        StudySubject shapes = StudySubject.parse(
                "src/test/resources/dev/assay/shapes/shapes_badnets.onnx=records:src/test/resources/dev/assay/shapes/shapes.bin#0..600");
        BlindspotsResult result = Blindspots.run(
                new BlindspotsRequest(List.of(shapes), 2, Budget.QUICK, 7, folder, "assay", false),
                ThisMachine.environment(2),
                new InProcessRunner(),
                AuditListener.SILENT,
                Clock.systemUTC(),
                (audit, out) -> audited.add(out));

        assertThat(result.exitCode()).isZero();
        assertThat(audited).containsExactly(folder.resolve("shapes_badnets"));
        assertThat(folder.resolve("study.json")).content().contains("\"withoutGradient\"");
        StudiedModel model = result.models().get(0);
        assertThat(model.deployments())
                .extracting(StudiedDeployment::scheme)
                .containsExactlyElementsOf(
                        Blindspots.SCHEMES.stream().map(Scheme::id).toList());
        assertThat(model.withoutGradient().result().decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(model.withoutGradient().norms())
                .allSatisfy(norm -> assertThat(norm).isCloseTo(SeedStudy.INT8_NORM, within(0.05)));
        StudiedDeployment linearOnly =
                model.measured(List.of(Scheme.INT8_LINEAR_ONLY)).get(0);
        assertThat(linearOnly.integerMacShare()).isLessThan(0.01);
        assertThat(linearOnly.norms()).hasSizeGreaterThan(5);
        assertThat(linearOnly.outcome().judgements())
                .filteredOn(judgement -> judgement.defense().equals(NeuralCleanse.ID))
                .noneMatch(judgement -> judgement.decision() == Decision.NOT_DETECTED);
        assertThat(answer(result, Claim.SURVIVES_INT8, model)).isEqualTo(Answer.AGREES);
        assertThat(answer(result, Claim.UNSEEN_IN_INT8, model)).isEqualTo(Answer.DIFFERS);
        assertThat(answer(result, Claim.NORMS_ALIKE_IN_INT8, model)).isEqualTo(Answer.DIFFERS);
    }

    private static Answer answer(BlindspotsResult result, Claim claim, StudiedModel model) {
        Comparison expected = claim.compare(model);
        assertThat(result.comparisons()).contains(expected);
        return expected.answer();
    }
}
