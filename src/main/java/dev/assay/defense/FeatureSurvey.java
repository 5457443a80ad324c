package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.defense.FeatureEvidence.LeftOut;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.FeatureReader;
import java.util.ArrayList;
import java.util.List;

/**
 * The features of all labels of a {@link JudgedSet} that have enough images.
 *
 * @param origin of the images that may carry a trigger
 * @param evidence what was read
 * @param classes one entry a label
 */
record FeatureSurvey(JudgedOrigin origin, FeatureEvidence evidence, List<ClassFeatures> classes) {
    FeatureSurvey {
        classes = List.copyOf(classes);
    }

    /** Reads a suspect's features, image by image of the set. */
    static FeatureSurvey of(Suspect suspect, JudgedSet.Config config) {
        JudgedSet set = JudgedSet.of(suspect, config);
        ImageSet clean = suspect.clean();
        ImageSet probe = clean.slice(0, Math.min(Classifier.BATCH, clean.size()));
        List<ClassFeatures> classes = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        try (FeatureReader reader =
                FeatureReader.open(suspect.artifact(), suspect.model(), suspect.spec(), suspect.source(probe))) {
            for (JudgedClass judged : set.classes()) {
                ClassFeatures features = ClassFeatures.of(judged, suspect, reader);
                int fewest = Math.min(features.judged().size(), features.clean().size());
                if (fewest >= config.fewest()) {
                    classes.add(features);
                } else {
                    leftOut.add(new LeftOut(
                            judged.label(),
                            features.judged().size(),
                            features.clean().size()));
                }
            }
            FeatureEvidence evidence = new FeatureEvidence(
                    set.origin().words(),
                    reader.value(),
                    reader.readsLogits(),
                    reader.size(),
                    probe.size(),
                    config.fewest(),
                    leftOut);
            return new FeatureSurvey(set.origin(), evidence, classes);
        }
    }
}
