package dev.assay.defense;

import org.jspecify.annotations.Nullable;

/**
 * Surveys of suspects. The last one is kept: defenses that share these surveys and judge the same set, one after the
 * other, have its features read once.
 */
final class FeatureSurveys {
    private record Asked(Suspect suspect, JudgedSet.Config config) {}

    private @Nullable Asked last;
    private @Nullable FeatureSurvey survey;

    /** As {@link FeatureSurvey#of}. */
    FeatureSurvey of(Suspect suspect, JudgedSet.Config config) {
        Asked asked = new Asked(suspect, config);
        if (survey == null || !asked.equals(last)) {
            survey = FeatureSurvey.of(suspect, config);
            last = asked;
        }
        return survey;
    }
}
