package dev.assay.fidelity;

import dev.assay.data.ImageSet;
import dev.assay.data.Png;
import dev.assay.fidelity.Agreement.Flipped;
import dev.assay.fidelity.Evaluation.Answers;
import dev.assay.fidelity.Fidelity.Flip;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Compares deployments with one reference.
 *
 * @param evaluation the images
 * @param reference the FP32 model
 * @param referenceAnswers what it answers to those images
 */
public record Comparison(Evaluation evaluation, ImageClassifier reference, Answers referenceAnswers) {
    private static final int LISTED_FLIPS = 200;
    private static final int DRAWN_FLIPS = 12;

    /**
     * Runs a deployment on all images and measures how far it is from the reference; nothing in it is random.
     *
     * @param artifact its file
     * @param model the artifact as a probe observed it
     * @param spec how it is run
     * @throws dev.assay.SessionException if it does not run
     * @throws dev.assay.InvalidModelException if a score is not finite
     * @throws dev.assay.InvalidDataException if a label is none of the model's classes
     */
    public Fidelity measure(Path artifact, ImageClassifier model, SessionSpec spec) {
        Answers answers = evaluation.answers(artifact, model, spec);
        ImageSet images = evaluation.images();
        Agreement agreement = new Agreement(referenceAnswers.clean(), answers.clean(), images.labels());
        LayerNoise noise = LayerNoise.measure(reference, artifact, model, spec, evaluation.source());
        List<Flipped> flips = agreement.flips();
        return new Fidelity(
                images.size(),
                agreement.accuracy(),
                agreement.referenceAccuracy(),
                agreement.meanConfidence(),
                agreement.perClassRecall(),
                agreement.perClassRecallDrift(),
                agreement.predictionShareDrift(),
                agreement.top1Agreement(),
                agreement.meanKl(),
                agreement.maxAbsLogitError(),
                agreement.meanCosine(),
                noise.layers(),
                noise.tapsBitIdentical(),
                noise.note(),
                IntStream.range(0, Math.min(LISTED_FLIPS, flips.size()))
                        .mapToObj(i -> flip(flips.get(i), i < DRAWN_FLIPS))
                        .toList(),
                flips.size(),
                evaluation.attackSuccessRate(answers),
                evaluation.targetRateWithoutTrigger(answers),
                evaluation.attackSuccessRate(referenceAnswers));
    }

    private Flip flip(Flipped flipped, boolean drawn) {
        return new Flip(
                flipped.image(),
                flipped.label(),
                flipped.reference(),
                flipped.deployed(),
                flipped.referenceMargin(),
                flipped.deployedMargin(),
                drawn ? Png.base64(evaluation.images(), flipped.image()) : null);
    }
}
