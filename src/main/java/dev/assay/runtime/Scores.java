package dev.assay.runtime;

import dev.assay.InvalidModelException;
import dev.assay.math.LogProbabilities;
import java.util.Arrays;

/**
 * The scores a classifier gave to images, all finite.
 *
 * <p>Where the model ends in a Softmax its probabilities {@code p} stand in as logits {@code log(max(p, 1e-7))}: softmax
 * gives them back, and a probability that was rounded to 0 keeps a finite logarithm.
 */
public final class Scores {
    private static final double SMALLEST_PROBABILITY = 1e-7;

    private final float[] values;
    private final int classes;
    private final boolean probabilities;

    private Scores(float[] values, int classes, boolean probabilities) {
        this.values = values;
        this.classes = classes;
        this.probabilities = probabilities;
    }

    /**
     * Scores as {@link Classifier#scores} gives them.
     *
     * @param values {@code [images, classes]}; not copied
     * @param ports of the model that gave them
     * @param place its name in error messages
     * @throws InvalidModelException if a score is NaN or infinite: nothing can be said of such answers
     */
    public static Scores of(float[] values, ClassifierPorts ports, String place) {
        if (values.length % ports.classes() != 0) {
            throw new IllegalArgumentException("%d scores for %d classes".formatted(values.length, ports.classes()));
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InvalidModelException("%s: expected finite scores, got %s for class %d of image %d"
                        .formatted(place, values[i], i % ports.classes(), i / ports.classes()));
            }
        }
        return new Scores(values, ports.classes(), ports.probabilities());
    }

    /** Number of images. */
    public int images() {
        return values.length / classes;
    }

    /** Number of classes. */
    public int classes() {
        return classes;
    }

    /** Whether the model gave probabilities rather than logits. */
    public boolean probabilities() {
        return probabilities;
    }

    /** The class with the highest score; of equal scores the lowest class. */
    public int answer(int image) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            best = value(image, c) > value(image, best) ? c : best;
        }
        return best;
    }

    /** The class with the highest score but {@link #answer}'s; of equal scores the lowest class. */
    public int secondAnswer(int image) {
        int answer = answer(image);
        int second = answer == 0 ? 1 : 0;
        for (int c = second + 1; c < classes; c++) {
            second = c != answer && value(image, c) > value(image, second) ? c : second;
        }
        return second;
    }

    /** The logits of an image, or the logarithms of its probabilities: a fresh array. */
    public double[] logits(int image) {
        double[] logits = new double[classes];
        Arrays.setAll(
                logits,
                c -> probabilities ? Math.log(Math.max(value(image, c), SMALLEST_PROBABILITY)) : value(image, c));
        return logits;
    }

    /** The logarithms of an image's softmax: a fresh array. */
    public double[] logProbabilities(int image) {
        return LogProbabilities.softmax(logits(image));
    }

    private float value(int image, int c) {
        return values[image * classes + c];
    }
}
