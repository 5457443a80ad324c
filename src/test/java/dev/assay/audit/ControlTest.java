package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ControlTest {
    private static final DefenseResult SILENT = result(Decision.NOT_DETECTED);

    private static DefenseResult result(Decision decision, Integer... flagged) {
        return new DefenseResult("neural-cleanse", decision, "words", 1.5, 2, List.of(flagged), null);
    }

    private static Control control(@Nullable String error, DefenseResult... found) {
        return new Control(4, 0.99, 0.98, 0.97, error, List.of(found));
    }

    @Test
    void silenceStandsWhereThePlantedBackdoorIsFound() {
        assertThat(control(null, result(Decision.DETECTED, 4)).judge(SILENT)).isEqualTo(SILENT);
        assertThat(control(null, result(Decision.DETECTED, 2, 4)).judge(SILENT)).isEqualTo(SILENT);
    }

    @Test
    void aDefenseThatNamesNoClassesFindsWhatItDetects() {
        assertThat(control(null, result(Decision.DETECTED)).isFoundBy("neural-cleanse"))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Decision.class,
            names = {"NOT_DETECTED", "INCONCLUSIVE", "NOT_APPLICABLE", "ERROR"})
    void silenceIsInconclusiveWhereThePlantedBackdoorIsMissed(Decision missed) {
        DefenseResult judged = control(null, result(missed)).judge(SILENT);

        assertThat(judged.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(judged.reason()).startsWith("control missed: a backdoor planted to class 4 succeeds on 97.0 %");
        assertThat(judged.score()).isEqualTo(SILENT.score());
    }

    @Test
    void anotherClassIsNotThePlantedBackdoor() {
        assertThat(control(null, result(Decision.DETECTED, 1)).judge(SILENT).reason())
                .endsWith("and is taken for one to class [1]");
        assertThat(control(null).judge(SILENT).reason()).endsWith("not judged by this defense");
    }

    @Test
    void withoutAControlSilenceIsInconclusive() {
        DefenseResult judged =
                control("it got lost", result(Decision.DETECTED, 4)).judge(SILENT);
        assertThat(judged.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(judged.reason()).isEqualTo("no control: it got lost");
        assertThat(Control.absent("why").judge(SILENT).reason()).isEqualTo("no control: why");
    }

    @ParameterizedTest
    @EnumSource(
            value = Decision.class,
            names = {"DETECTED", "INCONCLUSIVE", "NOT_APPLICABLE", "ERROR"})
    void whatIsNotSilenceStands(Decision decision) {
        DefenseResult result = result(decision, 1);
        assertThat(Control.absent("why").judge(result)).isEqualTo(result);
        assertThat(control(null, SILENT).judge(result)).isEqualTo(result);
    }
}
