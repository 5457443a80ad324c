package dev.assay.train;

import dev.assay.data.Preprocessing;
import dev.assay.runtime.ImageClassifier;
import java.util.Map;

/**
 * A classifier to train.
 *
 * @param classifier the model as a probe observed it, with the constants to start from
 * @param preprocessing how pixels become its input; its layout is that of the classifier's ports
 * @param normalization what BatchNormalization does
 * @param place names it in error messages
 * @param rounding what it computes with in place of its parameters
 */
public record Trainee(
        ImageClassifier classifier,
        Preprocessing preprocessing,
        Normalization normalization,
        String place,
        Rounding rounding) {
    /** A classifier that computes with its parameters as they are. */
    public Trainee(ImageClassifier classifier, Preprocessing preprocessing, Normalization normalization, String place) {
        this(classifier, preprocessing, normalization, place, parameters -> parameters);
    }

    /**
     * What a classifier computes with in place of its parameters. Gradients to the rounded values count as gradients to
     * those behind them (straight through; Bengio et al. 2013, arXiv 1308.3432), which are what training changes.
     */
    @FunctionalInterface
    public interface Rounding {
        /** The values of all parameters, by name, rounded; the arrays given are not changed. */
        Map<String, float[]> of(Map<String, float[]> parameters);
    }

    /** What BatchNormalization does while a classifier is trained. */
    public enum Normalization {
        /** Uses each batch's statistics, and keeps running ones for afterwards: for training from scratch. */
        BY_BATCH,
        /** Goes on with the statistics that it has: for tuning on few images. */
        AS_DEPLOYED
    }
}
