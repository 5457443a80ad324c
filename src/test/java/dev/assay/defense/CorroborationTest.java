package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CorroborationTest {
    private static final DefenseResult ACCUSES_5 = result(ActivationClustering.ID, Decision.DETECTED, 5);

    @Test
    void aClassThatNeuralCleanseFlagsStaysFlagged() {
        DefenseResult cleanse = result(NeuralCleanse.ID, Decision.DETECTED, 2, 5);

        assertThat(Corroboration.ofInverted(ACCUSES_5, List.of(cleanse))).isSameAs(ACCUSES_5);
    }

    @Test
    void withoutAnAbnormallySmallTriggerNoClassIsAccused() {
        DefenseResult calm = result(NeuralCleanse.ID, Decision.NOT_DETECTED);
        DefenseResult another = result(NeuralCleanse.ID, Decision.DETECTED, 2);
        DefenseResult sameButNoCleanse = result(SpectralSignatures.ID, Decision.DETECTED, 5);

        for (DefenseResult earlier : List.of(calm, another, sameButNoCleanse)) {
            DefenseResult weighed = Corroboration.ofInverted(ACCUSES_5, List.of(earlier));

            assertThat(weighed.decision()).isEqualTo(Decision.INCONCLUSIVE);
            assertThat(weighed.flaggedClasses()).isEmpty();
            assertThat(weighed.reason()).endsWith(": seen");
        }
    }

    @Test
    void silenceStaysSilence() {
        DefenseResult silent = result(ActivationClustering.ID, Decision.NOT_DETECTED);

        assertThat(Corroboration.ofInverted(silent, List.of())).isSameAs(silent);
    }

    private static DefenseResult result(String id, Decision decision, Integer... flagged) {
        return new DefenseResult(id, decision, "seen", 12, 10, List.of(flagged), null);
    }
}
