package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import dev.assay.audit.AuditRequest.TriggerUse;
import dev.assay.audit.ZooRequest.BySet;
import dev.assay.audit.ZooResult.Audited;
import dev.assay.audit.ZooResult.Outcome;
import dev.assay.audit.ZooResult.Rates;
import dev.assay.data.DataSpec;
import dev.assay.defense.Budget;
import dev.assay.defense.Decision;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Scheme;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the pair of models of shapes, with STRIP, the quickest defense that a trigger makes a difference to. */
class ZooEvaluationTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T09:30:00Z"), ZoneOffset.UTC);
    private static final DataSpec IMAGES =
            DataSpec.parse("records:src/test/resources/dev/assay/shapes/shapes.bin#0..300");

    private final Path folder;
    private final Path models;
    private final List<String> ended = new ArrayList<>();
    private final List<Path> audited = new ArrayList<>();

    ZooEvaluationTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        models = Files.createDirectories(folder.resolve("models"));
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("src/test/resources/dev/assay/shapes"), "shapes_*")) {
            for (Path file : files) {
                Files.copy(file, models.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void countsWhatDefensesFoundWhenTheyAreToldTheTrigger() {
        ZooResult result = run(request(models, TriggerUse.TOLD, List.of("strip"), false));

        assertThat(result.audits()).extracting(Audited::model).containsExactly("shapes_badnets", "shapes_clean");
        assertThat(result.audits()).extracting(Audited::isBackdoored).containsExactly(true, false);
        assertThat(result.exitCode()).isZero();
        assertThat(result.rates()).singleElement().satisfies(rates -> {
            assertThat(rates.defense()).isEqualTo("strip");
            assertThat(rates.deployment()).isEqualTo("fp32/cpu/all");
            assertThat(rates.truePositives().trials()).isEqualTo(1);
            assertThat(rates.backdoored().detected())
                    .isEqualTo(rates.truePositives().successes());
            assertThat(rates.clean().notApplicable()).isEqualTo(1);
            assertThat(rates.falsePositives().rate()).isNaN();
        });
        assertThat(result.deployments()).singleElement().satisfies(means -> {
            assertThat(means.measured()).isEqualTo(2);
            assertThat(means.accuracy()).isGreaterThan(0.85);
            assertThat(means.attacked()).isEqualTo(1);
            assertThat(means.attackSuccessRate()).isGreaterThan(0.95);
        });
        assertThat(audited)
                .containsExactly(
                        folder.resolve("out/shapes_badnets/seed-7"), folder.resolve("out/shapes_clean/seed-7"));
        assertThat(folder.resolve("out/evaluation.json")).content().contains("\"truePositives\"");
    }

    @Test
    void defensesAreBlindUnlessToldButTheAttackIsMeasured() {
        ZooResult result = run(request(models, new TriggerUse(false, 0), List.of("strip"), false));

        Outcome backdoored = result.audits().get(0).deployments().get(0);
        assertThat(backdoored.attackSuccessRate()).isGreaterThan(0.95);
        assertThat(backdoored.judgements()).extracting(Judgement::decision).containsExactly(Decision.NOT_APPLICABLE);
    }

    @Test
    void trainingImagesAreStampedAsTheSidecarSays() {
        BySet training = new BySet(
                Map.of("shapes", DataSpec.parse("records:src/test/resources/dev/assay/shapes/shapes.bin#300..600")));
        ZooRequest blind = request(models, new TriggerUse(false, 0.2), List.of("strip"), false);
        ZooRequest poisoned = new ZooRequest(
                blind.folder(),
                blind.data(),
                blind.calibration(),
                training,
                blind.triggerUse(),
                blind.plan(),
                blind.budget(),
                blind.seeds(),
                blind.out(),
                false);

        Rates rates = run(poisoned).rates().get(0);

        assertThat(rates.backdoored().notApplicable()).isZero();
        assertThat(rates.clean().notApplicable()).isZero();
        assertThat(rates.clean().detected()).isZero();
    }

    @Test
    void resumesEveryAudit() {
        ZooResult first = run(request(models, TriggerUse.TOLD, List.of(), false));
        ended.clear();
        assertThat(run(request(models, TriggerUse.TOLD, List.of(), true))).isEqualTo(first);
        assertThat(ended).isNotEmpty().allMatch(how -> how.contains("kept"));
    }

    @Test
    void aModelThatCannotBeAuditedDoesNotEndTheEvaluation() throws IOException {
        Path zoo = Files.createDirectories(folder.resolve("zoo"));
        Files.writeString(zoo.resolve("broken.onnx"), "no model");
        Files.writeString(zoo.resolve("broken.json"), "{\"attack\": \"none\", \"dataset\": \"shapes\"}");
        Files.writeString(zoo.resolve("other.onnx"), "no model");
        Files.writeString(zoo.resolve("other.json"), "{\"attack\": \"sig\", \"target\": 3, \"dataset\": \"faces\"}");
        Files.writeString(zoo.resolve("unknown.onnx"), "a model whose truth nobody tells");

        ZooResult result = run(requestFor("shapes", zoo));

        assertThat(result.audits()).extracting(Audited::model).containsExactly("broken", "broken", "other", "other");
        assertThat(result.audits()).extracting(Audited::seed).containsExactly(1L, 2L, 1L, 2L);
        assertThat(result.audits().get(0).error()).contains("broken.onnx");
        assertThat(result.audits().get(2).error()).contains("pass --data faces=SPEC");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.rates()).isEmpty();
    }

    @Test
    void imagesOfASetThatNoModelNamesAreRefusedBeforeAnyAudit() throws IOException {
        Path zoo = Files.createDirectories(folder.resolve("zoo"));
        Files.writeString(zoo.resolve("broken.onnx"), "no model");
        Files.writeString(zoo.resolve("broken.json"), "{\"attack\": \"none\", \"dataset\": \"shapes\"}");

        assertThatThrownBy(() -> run(requestFor("shape", zoo)))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageEndingWith("expected images of a data set that its sidecars name (shapes), got 'shape'");
        assertThat(ended).isEmpty();
    }

    /** Two seeds, and images of one data set only. */
    private ZooRequest requestFor(String dataset, Path zoo) {
        ZooRequest all = request(zoo, TriggerUse.TOLD, List.of(), false);
        return new ZooRequest(
                zoo,
                new BySet(Map.of(dataset, IMAGES)),
                BySet.NONE,
                BySet.NONE,
                all.triggerUse(),
                all.plan(),
                all.budget(),
                List.of(1L, 2L),
                all.out(),
                false);
    }

    @Test
    void aFolderWithoutModelsIsRefused() {
        assertThatThrownBy(() -> run(request(folder, TriggerUse.TOLD, List.of(), false)))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("with a NAME.json that has the key 'attack', got none");
        assertThatThrownBy(() -> run(request(folder.resolve("none"), TriggerUse.TOLD, List.of(), false)))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("expected a folder of models");
    }

    private ZooResult run(ZooRequest request) {
        AuditListener listener = new AuditListener() {
            @Override
            public void ended(String task, String how) {
                ended.add(how);
            }
        };
        return ZooEvaluation.run(
                request,
                ThisMachine.environment(1),
                new InProcessRunner(),
                listener,
                CLOCK,
                (result, out) -> audited.add(out));
    }

    private ZooRequest request(Path zoo, TriggerUse use, List<String> defenses, boolean resume) {
        AuditRequest.Plan plan = new AuditRequest.Plan(
                List.of(Scheme.FP32),
                List.of(),
                QuantConfig.DEFAULTS,
                List.of(SessionSpec.cpu(1)),
                List.of(),
                defenses);
        return new ZooRequest(
                zoo,
                new BySet(Map.of("", IMAGES)),
                BySet.NONE,
                BySet.NONE,
                use,
                plan,
                Budget.QUICK,
                List.of(7L),
                folder.resolve("out"),
                resume);
    }
}
