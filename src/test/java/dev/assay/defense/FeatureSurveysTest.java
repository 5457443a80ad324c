package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureSurveysTest {
    private static final JudgedSet.Config CONFIG = ActivationClustering.Config.QUICK.set();

    private final FeatureSurveys surveys = new FeatureSurveys();
    private final Suspect suspect;

    FeatureSurveysTest(@TempDir Path folder) {
        suspect = CornerNet.suspect(folder, true, null, CornerNet.trigger(), List.of(), 1);
    }

    @Test
    void theSameSetIsReadOnce() {
        FeatureSurvey first = surveys.of(suspect, CONFIG);

        assertThat(surveys.of(suspect.withInverted(List.of()), CONFIG)).isSameAs(first);
        assertThat(SpectralSignatures.Config.QUICK.set()).isEqualTo(CONFIG);
    }

    @Test
    void anotherSetIsReadAnew() {
        FeatureSurvey first = surveys.of(suspect, CONFIG);
        InvertedTrigger inverted = InvertedTrigger.of(new Candidate(CornerNet.trigger(), 1));

        assertThat(surveys.of(suspect, ActivationClustering.Config.DEFAULTS.set()))
                .isNotSameAs(first);
        assertThat(surveys.of(suspect.withInverted(List.of(inverted)), CONFIG)).isNotSameAs(first);
        assertThat(surveys.of(suspect, CONFIG)).isNotSameAs(first);
    }
}
