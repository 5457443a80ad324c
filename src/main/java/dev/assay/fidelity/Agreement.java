package dev.assay.fidelity;

import dev.assay.InvalidDataException;
import dev.assay.math.LogProbabilities;
import dev.assay.math.Vectors;
import dev.assay.runtime.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What a deployment and the reference answer to the same labelled images, compared.
 *
 * <p>Logits are compared with logits. Where only one of the two models ends in a Softmax, the logarithms of softmax
 * probabilities stand in for the logits of both.
 */
final class Agreement {
    private final Scores reference;
    private final Scores deployed;
    private final int[] labels;

    /**
     * Two sets of scores for the images with the given labels.
     *
     * @throws InvalidDataException if a label is none of the model's classes
     * @throws IllegalArgumentException if the numbers of images or classes differ, or there are no images
     */
    Agreement(Scores reference, Scores deployed, int[] labels) {
        if (reference.images() != labels.length
                || deployed.images() != labels.length
                || reference.classes() != deployed.classes()
                || labels.length == 0) {
            throw new IllegalArgumentException("%d labels for %d x %d and %d x %d scores"
                    .formatted(
                            labels.length,
                            reference.images(),
                            reference.classes(),
                            deployed.images(),
                            deployed.classes()));
        }
        for (int label : labels) {
            if (label >= reference.classes()) {
                throw new InvalidDataException(
                        "images: expected labels below the model's %d classes, got %d; give images of its task"
                                .formatted(reference.classes(), label));
            }
        }
        this.reference = reference;
        this.deployed = deployed;
        this.labels = labels;
    }

    double accuracy() {
        return share(image -> deployed.answer(image) == labels[image] ? 1 : 0);
    }

    double referenceAccuracy() {
        return share(image -> reference.answer(image) == labels[image] ? 1 : 0);
    }

    double top1Agreement() {
        return share(image -> deployed.answer(image) == reference.answer(image) ? 1 : 0);
    }

    private double share(IntUnaryOperator counted) {
        return (double) images().map(counted).sum() / labels.length;
    }

    double meanConfidence() {
        return images().mapToDouble(image -> Math.exp(deployed.logProbabilities(image)[deployed.answer(image)]))
                .average()
                .orElseThrow();
    }

    /** Recall of each class; NaN for a class without images. */
    List<Double> perClassRecall() {
        return boxed(recall(deployed));
    }

    List<Double> perClassRecallDrift() {
        return boxed(difference(recall(deployed), recall(reference)));
    }

    List<Double> predictionShareDrift() {
        return boxed(difference(predictionShare(deployed), predictionShare(reference)));
    }

    private double[] recall(Scores scores) {
        double[] right = new double[scores.classes()];
        double[] all = new double[scores.classes()];
        for (int image = 0; image < labels.length; image++) {
            all[labels[image]]++;
            right[labels[image]] += scores.answer(image) == labels[image] ? 1 : 0;
        }
        Arrays.setAll(right, c -> right[c] / all[c]);
        return right;
    }

    private double[] predictionShare(Scores scores) {
        double[] share = new double[scores.classes()];
        images().forEach(image -> share[scores.answer(image)] += 1.0 / labels.length);
        return share;
    }

    private static double[] difference(double[] a, double[] b) {
        double[] difference = new double[a.length];
        Arrays.setAll(difference, c -> a[c] - b[c]);
        return difference;
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    double meanKl() {
        return images().mapToDouble(image -> LogProbabilities.divergence(
                        reference.logProbabilities(image), deployed.logProbabilities(image)))
                .average()
                .orElseThrow();
    }

    double maxAbsLogitError() {
        return images().mapToDouble(
                        image -> DoubleStream.of(difference(logits(deployed, image), logits(reference, image)))
                                .map(Math::abs)
                                .max()
                                .orElseThrow())
                .max()
                .orElseThrow();
    }

    double meanCosine() {
        return images().mapToDouble(image -> Vectors.cosine(logits(reference, image), logits(deployed, image)))
                .average()
                .orElseThrow();
    }

    /** Images whose answers differ, widest reference margin first, in image order where margins are equal. */
    List<Flipped> flips() {
        List<Flipped> flips = new ArrayList<>();
        for (int image = 0; image < labels.length; image++) {
            if (reference.answer(image) != deployed.answer(image)) {
                flips.add(new Flipped(
                        image,
                        labels[image],
                        reference.answer(image),
                        deployed.answer(image),
                        margin(logits(reference, image)),
                        margin(logits(deployed, image))));
            }
        }
        flips.sort(Comparator.comparingDouble(Flipped::referenceMargin).reversed());
        return Collections.unmodifiableList(flips);
    }

    /** An image whose answers differ; margins are the highest logit minus the second. */
    record Flipped(int image, int label, int reference, int deployed, double referenceMargin, double deployedMargin) {}

    private static double margin(double[] logits) {
        double[] sorted = logits.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - 1] - sorted[sorted.length - 2];
    }

    private double[] logits(Scores scores, int image) {
        boolean comparable = reference.probabilities() == deployed.probabilities();
        return comparable ? scores.logits(image) : scores.logProbabilities(image);
    }

    private IntStream images() {
        return IntStream.range(0, labels.length);
    }
}
