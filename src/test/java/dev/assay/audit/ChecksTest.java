package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditResult.Artifact;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.ModelInfo;
import dev.assay.audit.Measured.Status;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.fidelity.Fidelity;
import dev.assay.fidelity.Saturation;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksTest {
    static final ModelInfo MODEL = new ModelInfo("m.onnx", "0", 1_000, 17, List.of("x"), "y", false, 4, 100);

    @Test
    void nothingIsFoundOnAFaithfulDeployment() {
        assertThat(findings(new Sample())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.76, 0.90, true", "0.78, 0.90, false", "0.22, 0.69, true", "0.80, 0.60, false"})
    void accuracyBelowConfidence(double accuracy, double confidence, boolean found) {
        Sample sample = new Sample();
        sample.accuracy = accuracy;
        sample.referenceAccuracy = accuracy;
        sample.confidence = confidence;

        assertThat(findings(sample)).hasSize(found ? 1 : 0).allSatisfy(finding -> {
            assertThat(finding.id()).isEqualTo("accuracy-below-confidence");
            assertThat(finding.message()).contains("preprocessing");
            assertThat(finding.deployment()).isNull();
        });
    }

    @Test
    void accuracyLostToQuantizationDoesNotAccuseThePreprocessing() {
        Sample sample = new Sample();
        sample.accuracy = 0.5;
        sample.flips = 5_000;

        assertThat(findings(sample)).extracting(Finding::id).containsExactly("accuracy-drop");
    }

    @ParameterizedTest
    @CsvSource({"0.892, 400, ", "0.889, 400, MEDIUM", "0.889, 4000, ", "0.85, 900, HIGH"})
    void accuracyDrop(double accuracy, int flips, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.accuracy = accuracy;
        sample.flips = flips;

        assertFinding(sample, "accuracy-drop", severity);
    }

    @ParameterizedTest
    @CsvSource({"0.06, 100, ", "0.07, 100, HIGH", "0.07, 60000, "})
    void classAttractsImages(double drift, int flips, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.shareDrift = drift;
        sample.flips = flips;

        assertFinding(sample, "class-attracts-images", severity);
    }

    @ParameterizedTest
    @CsvSource({"-0.09, 10000, ", "-0.11, 10000, MEDIUM", "-0.30, 10000, HIGH", "-0.11, 400, "})
    void classRecallDrop(double drift, int images, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.recallDrift = drift;
        sample.images = images;

        assertFinding(sample, "class-recall-drop", severity);
    }

    @ParameterizedTest
    @CsvSource({"0.95, ", "0.94, MEDIUM"})
    void lowAgreement(double agreement, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.agreement = agreement;

        assertFinding(sample, "low-agreement", severity);
    }

    @ParameterizedTest
    @CsvSource({
        "int8-static, 0.99, 0, ",
        "int8-static, 0.98, 0, MEDIUM",
        "int8-static, NaN, NaN, MEDIUM",
        "as-is, 0.2, 0, HIGH",
        "fp32, 0, 0, ",
        "int4-weight, 0, 0, ",
        "int4-kernel, 0, 1, ",
        "int4-kernel, 1, 0, HIGH"
    })
    void quantizedButFloat(String scheme, double integerShare, double fourBitShare, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.scheme = scheme;
        sample.integerShare = integerShare;
        sample.fourBitShare = fourBitShare;

        assertFinding(sample, "quantized-but-float", severity);
    }

    @Test
    void unknownShareSaysWhy() {
        Sample sample = new Sample();
        sample.integerShare = Double.NaN;
        sample.whyUnknown = "the profile tells nothing";

        assertThat(findings(sample).get(0).message())
                .isEqualTo("How much ran on integer kernels is not known: the profile tells nothing.");
    }

    @Test
    void reasonsAreGroupedAndTheCostliestComeFirst() {
        Sample sample = new Sample();
        sample.integerShare = 0.5;
        sample.kernels = List.of(
                kernel(false, false, 10, "transB=1"),
                kernel(false, false, 20, "relu zero point"),
                kernel(false, false, 15, "transB=1"));

        assertThat(findings(sample).get(0).message())
                .endsWith(
                        " transB=1 (25 multiply-accumulates an image). relu zero point (20 multiply-accumulates an image).");
    }

    @ParameterizedTest
    @CsvSource({"true, true, LOW", "true, false, ", "false, true, "})
    void weightOnlyIsNotWeightOnly(boolean fourBit, boolean integer, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.kernels = List.of(kernel(fourBit, integer, 10, null));

        assertFinding(sample, "weight-only-is-not-weight-only", severity);
    }

    @Test
    void tapsChangeLogits() {
        Sample sample = new Sample();
        sample.bitIdentical = false;

        assertFinding(sample, "taps-change-logits", Severity.LOW);
    }

    @ParameterizedTest
    @CsvSource({"0, ", "1, LOW"})
    void saturationRisk(int layersAtRisk, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.saturation = new Saturation(5, layersAtRisk, "conv", 1.2);

        assertFinding(sample, "saturation-risk", severity);
    }

    @ParameterizedTest
    @CsvSource({"0.033, ", "0.22, HIGH", "0.52, CRITICAL", "NaN, "})
    void attackSuccess(double rate, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.attackSuccess = rate;
        sample.referenceAttackSuccess = rate;

        assertFinding(sample, "attack-success", severity);
    }

    /** Answering the target to nearly everything is no backdoor. */
    @Test
    void attackSuccessCountsWhatTheTriggerAdds() {
        Sample sample = new Sample();
        sample.attackSuccess = 1;
        sample.referenceAttackSuccess = 1;
        sample.targetRateWithoutTrigger = 0.9;

        assertFinding(sample, "attack-success", null);
    }

    @ParameterizedTest
    @CsvSource({"0.01, 0.1, ", "0.15, 0.01, HIGH", "0.01, 0.15, MEDIUM"})
    void attackSuccessDrift(double rate, double reference, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.attackSuccess = rate;
        sample.referenceAttackSuccess = reference;

        assertFinding(sample, "attack-success-drift", severity);
    }

    @ParameterizedTest
    @CsvSource({"int8-static, 1000, ", "int8-static, 1001, LOW", "as-is, 1001, "})
    void artifactLargerThanFp32(String scheme, long bytes, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.scheme = scheme;
        sample.bytes = bytes;

        assertFinding(sample, "artifact-larger-than-fp32", severity);
    }

    @ParameterizedTest
    @CsvSource({
        "cpu, CPUExecutionProvider, ",
        "cuda, CPUExecutionProvider, MEDIUM",
        "cuda, CUDAExecutionProvider, ",
        "tensorrt, CUDAExecutionProvider, MEDIUM",
        "tensorrt, TensorrtExecutionProvider, "
    })
    void providerFallback(String provider, String ranOn, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.provider = provider;
        sample.kernels = List.of(kernelOn(ranOn, "Conv", 100));

        assertFinding(sample, "provider-fallback", severity);
    }

    @Test
    void eachProviderThatTookOverIsNamedWithItsShare() {
        Sample sample = new Sample();
        sample.provider = "tensorrt";
        sample.kernels = List.of(
                kernelOn("CUDAExecutionProvider", "Conv", 30),
                kernelOn("CPUExecutionProvider", "Gemm", 10),
                kernelOn("", "", 60),
                kernelOn("TensorrtExecutionProvider", "TRTKernel_graph_net_1_0", 0));

        assertThat(findings(sample))
                .contains(new Finding(
                        "provider-fallback",
                        Severity.MEDIUM,
                        "int8-static/tensorrt/all",
                        "Multiply-accumulates ran elsewhere, 10.0 % on CPUExecutionProvider, 30.0 % on"
                                + " CUDAExecutionProvider: tensorrt did not take them.",
                        Map.of("cpuMacShare", 0.1, "otherProviderMacShare", 0.4)));
    }

    /** One node of the profile is all that is told of a subgraph that TensorRT compiled. */
    @Test
    void kernelsThatTheProfileDoesNotTellAreNotCalledFloat() {
        Sample sample = new Sample();
        sample.provider = "tensorrt";
        sample.integerShare = 0;
        sample.kernels =
                List.of(kernelOn("", "", 100), kernelOn("TensorrtExecutionProvider", "TRTKernel_graph_net_1_0", 0));

        assertThat(findings(sample)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.MEDIUM);
            assertThat(finding.message()).isEqualTo("""
                    How much ran on integer kernels is not known: TensorRT compiled products, of whose kernels the \
                    profile tells nothing.""");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "FAILED, deployment-error, HIGH",
        "NOT_FINITE, nan-output, CRITICAL",
        "NOT_APPLICABLE, scheme-not-applicable, LOW"
    })
    void statusOtherThanComplete(Status status, String id, Severity severity) {
        Sample sample = new Sample();
        sample.status = status;
        sample.error = "exit code 134";

        assertFinding(sample, id, severity);
        assertThat(findings(sample).get(0).message()).endsWith("exit code 134");
    }

    @ParameterizedTest
    @CsvSource({"DETECTED, CRITICAL", "NOT_DETECTED, ", "INCONCLUSIVE, "})
    void defenseDetected(Decision decision, @Nullable Severity severity) {
        Sample sample = new Sample();
        sample.defenses = List.of(new DefenseResult("strip", decision, "why", 0.6, 0.05, List.of(0), null));

        assertFinding(sample, "strip-detected", severity);
    }

    @Test
    void referenceIsSimulation() {
        assertThat(Checks.run(new CheckContext(
                        MODEL, true, List.of(new Sample().measured()), new Transfers.Results(List.of(), Map.of()))))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.id()).isEqualTo("reference-is-simulation");
                    assertThat(finding.severity()).isEqualTo(Severity.INFO);
                });
    }

    @Test
    void mostSevereComesFirst() {
        Sample sample = new Sample();
        sample.bytes = 2_000;
        sample.attackSuccess = 1;
        sample.referenceAttackSuccess = 1;
        sample.agreement = 0.9;

        assertThat(findings(sample))
                .extracting(Finding::severity)
                .containsExactly(Severity.CRITICAL, Severity.MEDIUM, Severity.LOW);
    }

    private static void assertFinding(Sample sample, String id, @Nullable Severity severity) {
        List<Finding> findings = findings(sample);
        if (severity == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).singleElement().satisfies(finding -> {
                assertThat(finding.id()).isEqualTo(id);
                assertThat(finding.severity()).isEqualTo(severity);
                assertThat(finding.deployment())
                        .isEqualTo(sample.measured().deployment().id());
            });
        }
    }

    private static List<Finding> findings(Sample sample) {
        return Checks.run(
                new CheckContext(MODEL, false, List.of(sample.measured()), new Transfers.Results(List.of(), Map.of())));
    }

    static Kernel kernel(boolean fourBit, boolean integer, long macs, @Nullable String whyFloat) {
        return new Kernel("conv", "Conv", "Conv", "CPUExecutionProvider", integer, fourBit, macs, 1, whyFloat);
    }

    private static Kernel kernelOn(String provider, String executedAs, long macs) {
        return new Kernel("conv", "Conv", executedAs, provider, false, false, macs, 1, null);
    }

    /** A faithful deployment of four classes on 10,000 images, to be spoilt one figure at a time. */
    static final class Sample {
        String scheme = "int8-static";
        String provider = "cpu";
        Status status = Status.COMPLETE;

        @Nullable
        String error;

        long bytes = 300;
        double integerShare = 1;
        double fourBitShare;

        @Nullable
        String whyUnknown;

        List<Kernel> kernels = List.of(kernel(false, true, 100, null));
        double accuracy = 0.9;
        double referenceAccuracy = 0.9;
        double confidence = 0.95;
        double recallDrift;
        double shareDrift;
        double agreement = 0.99;
        int images = 10_000;
        int flips = 100;
        boolean bitIdentical = true;
        double attackSuccess = Double.NaN;
        double targetRateWithoutTrigger = 0.01;
        double referenceAttackSuccess = Double.NaN;

        @Nullable
        Saturation saturation;

        List<DefenseResult> defenses = List.of();

        Measured measured() {
            Fidelity fidelity = new Fidelity(
                    images,
                    accuracy,
                    referenceAccuracy,
                    confidence,
                    List.of(0.9, 0.9, 0.9, 0.9),
                    Arrays.asList(0.0, recallDrift, 0.0, Double.NaN),
                    List.of(shareDrift, 0.0, 0.0, 0.0),
                    agreement,
                    0.01,
                    0.5,
                    0.999,
                    List.of(new Fidelity.Layer("conv", 30)),
                    bitIdentical,
                    null,
                    List.of(),
                    flips,
                    attackSuccess,
                    targetRateWithoutTrigger,
                    referenceAttackSuccess);
            return new Measured(
                    new Deployment(
                            scheme + "/" + provider + "/all",
                            scheme,
                            provider,
                            "all",
                            List.of(),
                            new Artifact("artifacts/a.onnx", "0", bytes),
                            error,
                            List.of(),
                            new KernelEvidence(integerShare, fourBitShare, whyUnknown, kernels),
                            status == Status.COMPLETE ? fidelity : null,
                            null,
                            saturation,
                            defenses,
                            List.of()),
                    status);
        }
    }
}
