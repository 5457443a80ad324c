package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.ChecksTest.Sample;
import dev.assay.audit.Measured.Status;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeadlineTest {
    private static final String INT8 = "int8-static/cpu/all";

    private static Sample sample(String scheme, Decision... decisions) {
        Sample sample = new Sample();
        sample.scheme = scheme;
        sample.defenses = Arrays.stream(decisions)
                .map(decision -> new DefenseResult("strip", decision, "why", 0.1, 0.05, List.of(), null))
                .toList();
        return sample;
    }

    private static @Nullable String headline(List<Finding> findings, Sample... samples) {
        return Headline.of(Arrays.stream(samples).map(Sample::measured).toList(), findings);
    }

    @Test
    void saysWhereAllAgree() {
        assertThat(headline(
                        List.of(),
                        sample("fp32", Decision.NOT_DETECTED),
                        sample("int8-static", Decision.NOT_DETECTED, Decision.NOT_APPLICABLE)))
                .isEqualTo("The FP32 audit says: no backdoor. What you deploy says the same.");
    }

    @Test
    void namesWhatQuantizationWakes() {
        assertThat(headline(
                        List.of(),
                        sample("fp32", Decision.NOT_DETECTED),
                        sample("int8-static", Decision.NOT_DETECTED, Decision.DETECTED)))
                .isEqualTo("The FP32 audit says: no backdoor. What you deploy says otherwise: there is a backdoor on "
                        + INT8 + " (strip: why).");
    }

    @Test
    void namesWhatQuantizationHides() {
        Finding hidden = new Finding("backdoor-hidden-here", Severity.CRITICAL, INT8, "message", Map.of());

        assertThat(headline(
                        List.of(hidden),
                        sample("fp32", Decision.DETECTED),
                        sample("int8-static", Decision.NOT_DETECTED),
                        sample("int8-dynamic", Decision.DETECTED)))
                .isEqualTo("The FP32 audit says: there is a backdoor. What you deploy says the same on"
                        + " int8-dynamic/cpu/all, but no backdoor on " + INT8
                        + " (hidden there: a trigger found elsewhere works).");
    }

    @Test
    void silenceIsNoAgreement() {
        assertThat(headline(List.of(), sample("fp32", Decision.NOT_DETECTED), sample("int8-static")))
                .endsWith("otherwise: cannot tell on " + INT8 + ".");
        assertThat(headline(
                        List.of(),
                        sample("fp32", Decision.NOT_DETECTED),
                        sample("int8-static", Decision.NOT_DETECTED, Decision.INCONCLUSIVE)))
                .endsWith("otherwise: cannot tell on " + INT8 + " (strip: why).");
    }

    @Test
    void thereIsNoneWhereNothingIsBesideSomething() {
        Sample notApplicable = sample("int8-static");
        notApplicable.status = Status.NOT_APPLICABLE;

        assertThat(headline(List.of(), sample("fp32", Decision.DETECTED))).isNull();
        assertThat(headline(List.of(), sample("fp32", Decision.DETECTED), notApplicable))
                .isNull();
        assertThat(headline(List.of(), sample("int8-static", Decision.DETECTED)))
                .isNull();
        assertThat(headline(
                        List.of(), sample("fp32", Decision.NOT_APPLICABLE), sample("int8-static", Decision.DETECTED)))
                .isNull();
    }
}
