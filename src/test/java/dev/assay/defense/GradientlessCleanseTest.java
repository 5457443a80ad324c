package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientlessCleanseTest {
    /** The norm that PyTorch gives an untrained network whose loss has no gradient, with the script's settings. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 43})
    void everyClassGetsTheSeedStudysNorm(int classes) {
        GradientlessCleanse cleanse = GradientlessCleanse.of(classes);

        assertThat(cleanse.norms()).hasSize(classes).allSatisfy(norm -> assertThat(norm)
                .isCloseTo(27.903867721557617, within(1e-3)));
        assertThat(cleanse.norms()).containsOnly(cleanse.norms().get(0));
    }

    @Test
    void concludesNothingFromIt() {
        DefenseResult result = GradientlessCleanse.of(10).result();

        assertThat(result.id()).isEqualTo(NeuralCleanse.ID);
        assertThat(result.decision()).isEqualTo(Decision.INCONCLUSIVE);
        assertThat(result.reason()).isEqualTo("gradient is zero");
        assertThat(result.flaggedClasses()).isEmpty();
    }
}
