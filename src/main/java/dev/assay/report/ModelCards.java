package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.ModelInfo;
import dev.assay.fidelity.Fidelity;
import dev.assay.report.CycloneDxBom.Considerations;
import dev.assay.report.CycloneDxBom.DatasetRef;
import dev.assay.report.CycloneDxBom.InputOutput;
import dev.assay.report.CycloneDxBom.ModelCard;
import dev.assay.report.CycloneDxBom.ModelParameters;
import dev.assay.report.CycloneDxBom.PerformanceMetric;
import dev.assay.report.CycloneDxBom.QuantitativeAnalysis;
import dev.assay.report.TestCase.Outcome;
import dev.assay.runtime.KernelEvidence;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** CycloneDX model cards: what was measured of each file, on each deployment that runs it. */
final class ModelCards {
    /** Reference to the images that the figures are of. */
    static final String EVALUATION = "evaluation-images";

    /** Reference to the images that chose activation ranges. */
    static final String CALIBRATION = "calibration-images";

    private final AuditResult result;
    private final Map<String, TestSuite> suites;

    ModelCards(AuditResult result) {
        this.result = result;
        suites = TestSuite.of(result).stream()
                .collect(Collectors.toMap(TestSuite::name, Function.identity(), (first, second) -> first));
    }

    /** The card of the model, which tells what is known of the audit as a whole too. */
    ModelCard ofModel(AuditedFile model) {
        return card(model, Stream.concat(limitations(TestSuite.WHOLE), limitations(model)));
    }

    /** The card of an artifact. */
    ModelCard of(AuditedFile file) {
        return card(file, limitations(file));
    }

    private ModelCard card(AuditedFile file, Stream<String> limitations) {
        return new ModelCard(
                parameters(result.model()),
                new QuantitativeAnalysis(
                        file.deployments().stream().flatMap(ModelCards::metrics).toList()),
                new Considerations(limitations.toList()));
    }

    private static ModelParameters parameters(ModelInfo model) {
        String output = "%s: %s of %d classes"
                .formatted(model.output(), model.probabilities() ? "probabilities" : "logits", model.classes());
        return new ModelParameters(
                "image classification",
                List.of(new DatasetRef(EVALUATION), new DatasetRef(CALIBRATION)),
                model.inputs().stream().map(InputOutput::new).toList(),
                List.of(new InputOutput(output)));
    }

    /** Named as in {@code audit.json}. */
    private static Stream<PerformanceMetric> metrics(Deployment deployment) {
        String slice = deployment.id();
        Fidelity fidelity = deployment.fidelity();
        KernelEvidence kernels = deployment.kernels();
        return Stream.concat(
                fidelity == null
                        ? Stream.empty()
                        : Stream.of(
                                        metric("accuracy", fidelity.accuracy(), slice),
                                        metric("top1Agreement", fidelity.top1Agreement(), slice),
                                        metric("attackSuccessRate", Figures.orNaN(fidelity.attackSuccessRate()), slice))
                                .flatMap(Function.identity()),
                kernels == null
                        ? Stream.empty()
                        : Stream.of(
                                        metric("integerMacShare", kernels.integerMacShare(), slice),
                                        metric("fourBitMacShare", kernels.fourBitMacShare(), slice))
                                .flatMap(Function.identity()));
    }

    private static Stream<PerformanceMetric> metric(String type, double value, String slice) {
        return Figures.isUndefined(value)
                ? Stream.empty()
                : Stream.of(new PerformanceMetric(type, IndentedJson.number(value), slice));
    }

    private Stream<String> limitations(AuditedFile file) {
        return file.deployments().stream().flatMap(deployment -> limitations(deployment.id()));
    }

    private Stream<String> limitations(String suite) {
        return Stream.ofNullable(suites.get(suite))
                .flatMap(found -> found.cases().stream())
                .filter(test -> test.outcome() != Outcome.PASSED)
                .map(test -> "%s: %s: %s".formatted(suite, test.name(), test.message()));
    }
}
