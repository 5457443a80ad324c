package dev.assay.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.assay.InvalidDataException;
import dev.assay.OutputException;
import dev.assay.ProviderUnavailableException;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Environment;
import dev.assay.data.DataSpec;
import dev.assay.data.Preprocessing;
import dev.assay.defense.Budget;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.NeuralCleanse;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.Provider;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
    static final Environment ENVIRONMENT = new Environment("1", "17", "any", "any", List.of(), 1);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T09:30:00Z"), ZoneOffset.UTC);
    private static final int IMAGES = 40;

    private final Path folder;
    private final List<String> started = new ArrayList<>();

    AuditTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void measuresEachDeploymentAndWritesTheResult() throws IOException {
        AuditRequest request = request(TinyModel.write(folder.resolve("tiny.onnx")), List.of(Scheme.FP32), false);

        AuditResult result = run(request);

        assertThat(AuditJson.read(request.out().resolve("audit.json"))).isEqualTo(result);
        assertThat(result.model().classes()).isEqualTo(TinyModel.CLASSES);
        assertThat(result.model().inputs()).containsExactly("input: FLOAT[N, 3, 32, 32]");
        assertThat(result.data().evaluationImages()).isEqualTo(IMAGES);
        assertThat(result.data().calibrationImages()).isZero();
        assertThat(result.timing().tasks()).containsOnlyKeys("open-model", "reference", "measure-fp32-cpu-all");
        Deployment deployment = result.deployments().get(0);
        assertThat(deployment.id()).isEqualTo("fp32/cpu/all");
        assertThat(requireNonNull(deployment.artifact()).path())
                .isEqualTo(request.model().toString());
        assertThat(requireNonNull(deployment.kernels()).integerMacShare()).isZero();
        assertThat(request.out().resolve("work")).doesNotExist();
    }

    @Test
    void resumesWithResultsThatAreThere() throws IOException {
        Path model = TinyModel.write(folder.resolve("tiny.onnx"));
        AuditResult first = run(request(model, List.of(Scheme.FP32), false));
        started.clear();

        assertThat(run(request(model, List.of(Scheme.FP32), true))).isEqualTo(first);
        assertThat(started).isEmpty();
    }

    @Test
    void leavesAFolderAloneThatNoAuditMade() throws IOException {
        Path mine = Files.createDirectories(folder.resolve("out/work")).resolve("mine.txt");
        Files.writeString(mine, "precious");

        assertThatThrownBy(
                        () -> run(request(TinyModel.write(folder.resolve("tiny.onnx")), List.of(Scheme.FP32), false)))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("'work' there was not written by an audit; choose another with --out");
        assertThat(mine).hasContent("precious");
    }

    @Test
    void startsAnewWithoutResume() throws IOException {
        Path model = TinyModel.write(folder.resolve("tiny.onnx"));
        run(request(model, List.of(Scheme.FP32), false));
        started.clear();
        run(request(model, List.of(Scheme.FP32), false));

        assertThat(started).hasSize(3);
        assertThat(model).exists();
    }

    @Test
    void calibrationImagesAreKeptApart() throws IOException {
        AuditResult result = run(
                request(TinyModel.write(folder.resolve("tiny.onnx")), List.of(Scheme.FP32, Scheme.INT8_STATIC), false));

        assertThat(result.data().calibrationImages()).isEqualTo(IMAGES / 4);
        assertThat(result.data().evaluationImages()).isEqualTo(IMAGES - IMAGES / 4);
        assertThat(result.deployments()).extracting(Deployment::scheme).containsExactly("fp32", "int8-static");
    }

    /** Nobody else has the folder that an absolute path begins with. */
    @Test
    void filesAreNamedAsTheRequestNamesThem() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path model =
                here.relativize(TinyModel.write(folder.resolve("tiny.onnx")).toAbsolutePath());

        AuditResult result = run(request(model, List.of(Scheme.FP32, Scheme.INT8_STATIC), false));

        assertThat(result.model().path()).isEqualTo(model.toString());
        assertThat(result.deployments())
                .extracting(deployment -> requireNonNull(deployment.artifact()).path())
                .containsExactly(model.toString(), "artifacts/int8-static.onnx");
    }

    @Test
    void quantizedModelIsTakenAsItIsAndComparedWithItsSimulation() throws IOException {
        AuditResult result =
                run(request(TinyModel.writeQuantized(folder.resolve("q.onnx")), List.of(Scheme.INT8_STATIC), false));

        assertThat(result.deployments()).extracting(Deployment::id).containsExactly("as-is/cpu/all");
        assertThat(result.findings()).extracting(Finding::id).contains("reference-is-simulation");
        assertThat(result.data().calibrationImages()).isZero();
    }

    @Test
    void gradientIsMeasuredWhereADefenseNeedsOne() throws IOException {
        AuditRequest request = request(
                TinyModel.write(folder.resolve("tiny.onnx")),
                null,
                List.of(Scheme.FP32, Scheme.INT8_STATIC),
                List.of(SessionSpec.cpu(1)),
                List.of(NeuralCleanse.ID),
                false);

        AuditResult result = run(request);

        assertThat(result.deployments())
                .extracting(deployment -> requireNonNull(deployment.gradient()).estimator())
                .containsExactly("exact", "straight-through");
        assertThat(result.deployments())
                .flatExtracting(Deployment::defenses)
                .extracting(DefenseResult::decision)
                .containsOnly(Decision.INCONCLUSIVE);
        assertThat(result.transfer()).isEmpty();
        assertThat(result.verdict().exitCode()).isEqualTo(1);
        assertThat(AuditJson.read(request.out().resolve("audit.json"))).isEqualTo(result);
    }

    /** What was measured before stays, and the other defenses go on. */
    @Test
    void aGradientThatCannotBeMeasuredTakesNothingElseWithIt() throws IOException {
        AuditRequest request = request(
                TinyModel.writeFragile(folder.resolve("fragile.onnx")),
                null,
                List.of(Scheme.FP32),
                List.of(SessionSpec.cpu(1)),
                List.of(NeuralCleanse.ID, "strip"),
                false);

        AuditResult result = run(request);

        Deployment deployment = result.deployments().get(0);
        assertThat(deployment.fidelity()).isNotNull();
        assertThat(deployment.gradient()).isNull();
        assertThat(deployment.defenses())
                .extracting(DefenseResult::decision)
                .containsExactly(Decision.ERROR, Decision.NOT_APPLICABLE);
        assertThat(deployment.defenses().get(0).reason())
                .startsWith("the gradient could not be measured: ")
                .contains("got NaN for class ");
        assertThat(result.verdict().decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.verdict().exitCode()).isEqualTo(1);
    }

    @Test
    void aModelThatIsQuantizedAlreadyHasNoControlAndSaysWhy() throws IOException {
        AuditRequest request =
                request(TinyModel.writeQuantized(folder.resolve("q.onnx")), List.of(Scheme.INT8_STATIC), false);

        AuditResult result = run(controlled(request));

        assertThat(result.deployments().get(0).controls())
                .extracting(Control::error)
                .containsExactly("what is quantized already cannot be made of a copy; audit the float model");
        assertThat(started).doesNotContain("plant-control");
    }

    @Test
    void missingProviderEndsTheAuditBeforeAnyWork() throws IOException {
        assumeFalse(Provider.CUDA.isBuiltIn(), "this build has CUDA");
        AuditRequest request = request(
                TinyModel.write(folder.resolve("tiny.onnx")),
                null,
                List.of(Scheme.FP32),
                List.of(SessionSpec.cpu(1), SessionSpec.cpu(1).on(Provider.CUDA)),
                List.of(),
                false);

        assertThatThrownBy(() -> run(request)).isInstanceOf(ProviderUnavailableException.class);
        assertThat(started).containsExactly("open-model");
    }

    @Test
    void imagesOfAnotherTaskAreRefused() throws IOException {
        Path records = folder.resolve("images.bin");
        TinyModel.images(records, IMAGES);
        byte[] content = Files.readAllBytes(records);
        content[0] = TinyModel.CLASSES;
        AuditRequest request = request(TinyModel.write(folder.resolve("tiny.onnx")), List.of(Scheme.FP32), false);
        Files.write(records, content);

        assertThatThrownBy(() -> run(request))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("expected labels below the model's 4 classes");
    }

    @Test
    void accuracyLevelsMakeDeploymentsOfFourBitSchemesOnly() {
        AuditRequest.Plan plan = new AuditRequest.Plan(
                List.of(Scheme.FP32),
                List.of(),
                QuantConfig.DEFAULTS,
                List.of(SessionSpec.cpu(1), SessionSpec.cpu(1).at(Optimization.BASIC)),
                List.of(0, 4),
                List.of());
        Recipe fourBit = Recipe.of(Scheme.INT4_WEIGHT);

        assertThat(Recipe.of(Scheme.FP32).sessions(plan)).hasSize(2);
        assertThat(fourBit.sessions(plan).stream().map(session -> fourBit.deploymentId(session, plan)))
                .containsExactly(
                        "int4-weight/cpu/all/accuracy-level-0",
                        "int4-weight/cpu/all/accuracy-level-4",
                        "int4-weight/cpu/basic/accuracy-level-0",
                        "int4-weight/cpu/basic/accuracy-level-4");
    }

    private AuditResult run(AuditRequest request) {
        AuditListener listener = new AuditListener() {
            @Override
            public void started(String task) {
                started.add(task);
            }
        };
        return Audit.run(request, ENVIRONMENT, new InProcessRunner(), listener, CLOCK);
    }

    private static AuditRequest controlled(AuditRequest it) {
        return new AuditRequest(
                it.model(),
                it.reference(),
                it.hints(),
                it.preprocessing(),
                it.images(),
                it.plan().withControls(true),
                it.budget(),
                it.seed(),
                it.out(),
                it.resume(),
                it.failOn());
    }

    private AuditRequest request(Path model, List<Scheme> schemes, boolean resume) throws IOException {
        return request(model, null, schemes, List.of(SessionSpec.cpu(1)), List.of(), resume);
    }

    private AuditRequest request(
            Path model,
            @Nullable Path reference,
            List<Scheme> schemes,
            List<SessionSpec> sessions,
            List<String> defenses,
            boolean resume)
            throws IOException {
        DataSpec images = TinyModel.images(folder.resolve("images.bin"), IMAGES);
        return new AuditRequest(
                model,
                reference,
                Hints.NONE,
                Preprocessing.DEFAULT,
                new AuditRequest.Images(images, null, null, null),
                new AuditRequest.Plan(schemes, List.of(), QuantConfig.DEFAULTS, sessions, List.of(), defenses),
                Budget.QUICK,
                7,
                folder.resolve("out"),
                resume,
                Severity.HIGH);
    }
}
