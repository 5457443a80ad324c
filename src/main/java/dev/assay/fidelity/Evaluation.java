package dev.assay.fidelity;

import dev.assay.data.ImageSet;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The images that deployments are compared on.
 *
 * @param images pixels and labels
 * @param source the same images as the model takes them
 * @param attack the same images with a known trigger on them; null when none is known
 */
public record Evaluation(
        ImageSet images, ImageSource source, @Nullable Attack attack) {
    /**
     * Images with a known trigger.
     *
     * @param source the evaluation's images, in the same order, with the trigger on each
     * @param target the class that the trigger leads to
     */
    public record Attack(ImageSource source, int target) {}

    /**
     * A deployment's scores.
     *
     * @param clean for the images as they are
     * @param triggered for the images with the trigger; null when none is known
     */
    public record Answers(Scores clean, @Nullable Scores triggered) {}

    /**
     * Runs a deployment on all images.
     *
     * @throws dev.assay.SessionException if it does not run
     * @throws dev.assay.InvalidModelException if a score is not finite
     */
    public Answers answers(Path artifact, ImageClassifier model, SessionSpec spec) {
        try (Classifier classifier = Classifier.open(artifact, model, spec)) {
            Scores clean = scores(classifier, source, artifact, model);
            return new Answers(clean, attack == null ? null : scores(classifier, attack.source(), artifact, model));
        }
    }

    private static Scores scores(Classifier classifier, ImageSource images, Path artifact, ImageClassifier model) {
        return Scores.of(classifier.scores(images), model.ports(), artifact.toString());
    }

    /** {@link AttackSuccess#rate} of the trigger; null when none is known. */
    @Nullable
    Double attackSuccessRate(Answers answers) {
        return attack == null || answers.triggered() == null
                ? null
                : AttackSuccess.rate(answers.triggered(), images.labels(), attack.target());
    }

    /** The same of the images as they are. */
    @Nullable
    Double targetRateWithoutTrigger(Answers answers) {
        return attack == null ? null : AttackSuccess.rate(answers.clean(), images.labels(), attack.target());
    }
}
