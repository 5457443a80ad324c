package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import dev.assay.defense.Evidence;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Everything that a result can hold has its words or its picture. */
class CoverageTest {
    @ParameterizedTest
    @EnumSource
    void everyDecisionHasALook(Decision decision) {
        assertThatCode(() -> Look.of(decision)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void everySeverityHasALook(Severity severity) {
        assertThatCode(() -> Look.of(severity)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NOT_APPLICABLE")
    void everyVerdictHasALookAndANextStep(Decision decision) {
        assertThatCode(() -> Look.of(new Verdict(decision, List.of(), 1, Severity.HIGH)))
                .doesNotThrowAnyException();
        assertThat(Explanations.of(
                        "next-" + decision.name().toLowerCase(Locale.ROOT).replace('_', '-')))
                .isNotBlank();
    }

    @Test
    void everyKindOfEvidenceHasOneView() {
        assertThat(DefensesSection.EVIDENCE_VIEWS.stream().map(EvidenceView::kind))
                .map(Class::getName)
                .containsExactlyInAnyOrder(List.of(Evidence.class.getPermittedSubclasses()).stream()
                        .map(Class::getName)
                        .toArray(String[]::new));
    }
}
