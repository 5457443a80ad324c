package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.assay.audit.AuditResult.Transfer;
import dev.assay.audit.ChecksTest.Sample;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.NeuralCleanseEvidence;
import dev.assay.defense.NeuralCleanseEvidence.ClassTrigger;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerTransferCheckTest {
    /** FP32 flags class 0; the trigger to each class succeeds on 93 % of the images there. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.5, backdoor-hidden-here, CRITICAL",
        "0, 0.49, backdoor-asleep-here, MEDIUM",
        "1, 0.54, ,",
        "1, 0.52, trigger-fails-here, MEDIUM",
        "1, 0, trigger-fails-here, MEDIUM"
    })
    void triggerTransfers(int target, double rate, @Nullable String id, @Nullable Severity severity) {
        Transfer transfer = new Transfer("fp32/cpu/all", "int8-static/cpu/all", target, rate);

        List<Finding> findings = transferFindings(transfer);

        if (id == null) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).singleElement().satisfies(finding -> {
                assertThat(finding.id()).isEqualTo(id);
                assertThat(finding.severity()).isEqualTo(severity);
                assertThat(finding.deployment()).isEqualTo("int8-static/cpu/all");
                assertThat(finding.message()).contains("class " + target, "fp32/cpu/all", Words.percent(rate));
            });
        }
    }

    /** Flagged or not, and one finding for all triggers: nothing is known of any. */
    @Test
    void triggersThatCouldNotBeTriedAreFoundOncePerDeployment() {
        List<Finding> findings = transferFindings(
                Map.of("int8-static/cpu/all", "the process was ended"),
                new Transfer("fp32/cpu/all", "int8-static/cpu/all", 0, Double.NaN),
                new Transfer("fp32/cpu/all", "int8-static/cpu/all", 1, Double.NaN),
                new Transfer("int8-dynamic/cpu/all", "int8-static/cpu/all", 1, Double.NaN),
                new Transfer("int8-static/cpu/all", "fp32/cpu/all", 1, 0.9));

        assertThat(findings)
                .containsExactly(new Finding(
                        "trigger-not-tried-here",
                        Severity.MEDIUM,
                        "int8-static/cpu/all",
                        "3 triggers inverted on fp32/cpu/all, int8-dynamic/cpu/all could not be tried here: the process was ended.",
                        Map.of("triggers", 3.0)));
    }

    @Test
    void aTriggerWithoutImagesToTryItOnIsNamed() {
        assertThat(transferFindings(
                        new Transfer("fp32/cpu/all", "int8-static/cpu/all", 0, 0.9),
                        new Transfer("fp32/cpu/all", "int8-static/cpu/all", 1, Double.NaN)))
                .extracting(Finding::id, Finding::message)
                .containsExactly(
                        tuple(
                                "trigger-not-tried-here",
                                "1 trigger inverted on fp32/cpu/all could not be tried here: all images are of the class that"
                                        + " is led to."),
                        tuple(
                                "backdoor-hidden-here",
                                "The trigger to class 0 inverted on fp32/cpu/all succeeds on 90.0 % of the images here too,"
                                        + " where neural-cleanse does not flag that class."));
    }

    private static List<Finding> transferFindings(Transfer... transfers) {
        return transferFindings(Map.of(), transfers);
    }

    private static List<Finding> transferFindings(Map<String, String> failures, Transfer... transfers) {
        Sample from = new Sample();
        from.scheme = "fp32";
        List<ClassTrigger> classes = IntStream.range(0, 2)
                .mapToObj(target -> new ClassTrigger(
                        target,
                        List.of(),
                        0.02,
                        0.95,
                        new InvertedTrigger(target, 9, 0.93, "mask", "pattern", "picture")))
                .toList();
        from.defenses = List.of(new DefenseResult(
                "neural-cleanse",
                Decision.DETECTED,
                "why",
                3,
                2,
                List.of(0),
                new NeuralCleanseEvidence(
                        "exact", 20, 20, 100, List.of(), List.of(), classes, List.of(), List.of(), List.of())));
        return new TriggerTransferCheck()
                .run(new CheckContext(
                        ChecksTest.MODEL,
                        false,
                        List.of(from.measured(), new Sample().measured()),
                        new Transfers.Results(List.of(transfers), failures)));
    }
}
