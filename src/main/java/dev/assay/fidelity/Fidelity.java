package dev.assay.fidelity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A deployment compared with the reference: the FP32 model on the same images.
 *
 * @param images number of images compared
 * @param accuracy share of images classified as labelled, 0 to 1
 * @param referenceAccuracy the same for the reference
 * @param meanConfidence mean of the highest softmax probability, 0 to 1
 * @param perClassRecall share of each class's images classified as labelled; NaN for a class without images
 * @param perClassRecallDrift recall minus the reference's recall, by class
 * @param predictionShareDrift share of predictions minus the reference's share, by class
 * @param top1Agreement share of images with the reference's answer, 0 to 1
 * @param meanKl mean Kullback-Leibler divergence from the reference's softmax to the deployment's, in nats
 * @param maxAbsLogitError largest absolute difference of a logit (of a log-probability where the model ends in Softmax)
 * @param cosine mean cosine of the two logit vectors
 * @param layers signal-to-quantization-noise ratio of each layer's output, in the order of execution
 * @param tapsBitIdentical whether the session that measured the layers gave the artifact's logits bit for bit
 * @param layersNote why there are no layers, or how they were matched; null when there is nothing to say
 * @param flips images whose answer differs from the reference's, widest reference margin first
 * @param flipCount number of such images, of which {@code flips} may list only the first
 * @param attackSuccessRate share of images outside the target class that a known trigger turns into it; null without one
 * @param targetRateWithoutTrigger share of the same images that are taken for the target without the trigger; null likewise
 * @param referenceAttackSuccessRate {@code attackSuccessRate} of the reference
 */
public record Fidelity(
        int images,
        double accuracy,
        double referenceAccuracy,
        double meanConfidence,
        List<Double> perClassRecall,
        List<Double> perClassRecallDrift,
        List<Double> predictionShareDrift,
        double top1Agreement,
        double meanKl,
        double maxAbsLogitError,
        double cosine,
        List<Layer> layers,
        boolean tapsBitIdentical,
        @Nullable String layersNote,
        List<Flip> flips,
        int flipCount,
        @Nullable Double attackSuccessRate,
        @Nullable Double targetRateWithoutTrigger,
        @Nullable Double referenceAttackSuccessRate) {
    public Fidelity {
        perClassRecall = List.copyOf(perClassRecall);
        perClassRecallDrift = List.copyOf(perClassRecallDrift);
        predictionShareDrift = List.copyOf(predictionShareDrift);
        layers = List.copyOf(layers);
        flips = List.copyOf(flips);
    }

    /** Accuracy minus the reference's accuracy, −1 to 1. */
    public double accuracyDrift() {
        return accuracy - referenceAccuracy;
    }

    /**
     * How many more of the images outside the target class a known trigger leads to it than are taken for it anyway, −1 to
     * 1; null without a trigger. A model that answers its target to everything has no backdoor by that.
     */
    public @Nullable Double attackEffect() {
        return attackSuccessRate == null || targetRateWithoutTrigger == null
                ? null
                : Double.valueOf(attackSuccessRate - targetRateWithoutTrigger);
    }

    /**
     * One layer's noise.
     *
     * @param value the value's name in the reference model
     * @param sqnrDb 10·log10(Σ reference² / Σ (reference − deployment)²); infinite values are capped at 200 dB
     */
    public record Layer(String value, double sqnrDb) {}

    /**
     * An image whose answer flips.
     *
     * @param image index in the evaluation set
     * @param label its label
     * @param reference the reference's answer
     * @param deployed the deployment's answer
     * @param referenceMargin the reference's highest logit minus its second, in logits
     * @param deployedMargin the deployment's highest logit minus its second, in logits
     * @param png the image as base64 PNG, or null where it is not kept
     */
    public record Flip(
            int image,
            int label,
            int reference,
            int deployed,
            double referenceMargin,
            double deployedMargin,
            @Nullable String png) {}
}
