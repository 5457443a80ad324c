package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.Trigger;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            assertThat(weighed.reason()).startsWith("seen; ").contains("class 5");
        }
    }

    @Test
    void ofSeveralClassesThoseStayThatNeuralCleanseFlags() {
        DefenseResult accusesTwo = result(FinePruning.ID, Decision.DETECTED, 0, 10);
        DefenseResult cleanse = result(NeuralCleanse.ID, Decision.DETECTED, 0);

        DefenseResult weighed = Corroboration.ofInverted(accusesTwo, List.of(cleanse));

        assertThat(weighed.decision()).isEqualTo(Decision.DETECTED);
        assertThat(weighed.flaggedClasses()).containsExactly(0);
        assertThat(weighed.reason()).startsWith("seen; ").contains("class 10");
    }

    @Test
    void silenceStaysSilence() {
        DefenseResult silent = result(ActivationClustering.ID, Decision.NOT_DETECTED);

        assertThat(Corroboration.ofInverted(silent, List.of())).isSameAs(silent);
    }

    /** A trigger that is known, and training images, speak for themselves; a search for triggers rests on none. */
    @Test
    void onlyWhatRestsOnInvertedTriggersIsWeighed(@TempDir Path folder) {
        float[] mask = new float[64];
        mask[0] = 1;
        Trigger trigger = Trigger.of(0, 8, 8, mask, new float[3 * 64]);
        Suspect bare = CornerNet.suspect(folder, true, null, null, List.of(), 1);
        Suspect withTrigger = CornerNet.suspect(folder, true, null, trigger, List.of(), 1);
        Suspect withTraining = CornerNet.suspect(folder, true, bare.clean(), null, List.of(), 1);

        assertThat(decision(Need.INPUTS_TO_JUDGE, bare)).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(decision(Need.INPUTS_TO_JUDGE, withTrigger)).isEqualTo(Decision.DETECTED);
        assertThat(decision(Need.INPUTS_TO_JUDGE, withTraining)).isEqualTo(Decision.DETECTED);
        assertThat(decision(Need.TRIGGER, bare)).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(decision(Need.TRIGGER, withTraining)).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(decision(Need.TRIGGER, withTrigger)).isEqualTo(Decision.DETECTED);
        assertThat(decision(Need.GRADIENT, bare)).isEqualTo(Decision.DETECTED);
    }

    private static Decision decision(Need need, Suspect suspect) {
        return Corroboration.of(Set.of(need), ACCUSES_5, suspect, List.of()).decision();
    }

    private static DefenseResult result(String id, Decision decision, Integer... flagged) {
        return new DefenseResult(id, decision, "seen", 12, 10, List.of(flagged), null);
    }
}
