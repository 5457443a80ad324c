package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Finding;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import dev.assay.defense.Evidence;
import java.lang.reflect.Field;
import java.util.Arrays;
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
        assertThatCode(() -> Look.of(new Verdict(decision, null, List.of(), 1, Severity.HIGH)))
                .doesNotThrowAnyException();
        assertThat(Explanations.of(
                        "next-" + decision.name().toLowerCase(Locale.ROOT).replace('_', '-')))
                .isNotBlank();
    }

    @Test
    void everyFindingHasAText() {
        List<String> ids = new ClassFileImporter()
                .importPackagesOf(Finding.class).stream()
                        .filter(type -> type.getSimpleName().endsWith("Check"))
                        .flatMap(type -> Arrays.stream(type.reflect().getDeclaredFields()))
                        .filter(field -> field.getType() == String.class)
                        .map(CoverageTest::constant)
                        .filter(constant -> constant.matches("[a-z0-9]+(-[a-z0-9]+)+"))
                        .toList();

        assertThat(ids).hasSizeGreaterThan(10).allMatch(RuleText::isKnown);
    }

    private static String constant(Field field) {
        try {
            field.setAccessible(true);
            return (String) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyDecisionOfADefenseHasAText() {
        AuditResult result = AuditFixtures.full();
        for (Decision decision : Decision.values()) {
            if (decision != Decision.NOT_DETECTED) {
                assertThat(RuleText.of(RuleText.id("strip", decision), result).summary())
                        .startsWith("strip ");
            }
        }
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
