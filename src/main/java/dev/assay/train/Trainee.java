package dev.assay.train;

import dev.assay.data.Preprocessing;
import dev.assay.runtime.ImageClassifier;

/**
 * A classifier to train.
 *
 * @param classifier the model as a probe observed it, with the constants to start from
 * @param preprocessing how pixels become its input; its layout is that of the classifier's ports
 * @param normalization what BatchNormalization does
 * @param place names it in error messages
 */
public record Trainee(
        ImageClassifier classifier, Preprocessing preprocessing, Normalization normalization, String place) {
    /** What BatchNormalization does while a classifier is trained. */
    public enum Normalization {
        /** Uses each batch's statistics, and keeps running ones for afterwards: for training from scratch. */
        BY_BATCH,
        /** Goes on with the statistics that it has: for tuning on few images. */
        AS_DEPLOYED
    }
}
