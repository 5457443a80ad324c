package dev.assay.train;

import dev.assay.data.Preprocessing;
import dev.assay.runtime.ImageClassifier;

/**
 * A classifier to train.
 *
 * @param classifier the model as a probe observed it, with the constants to start from
 * @param preprocessing how pixels become its input; its layout is that of the classifier's ports
 * @param place names it in error messages
 */
public record Trainee(ImageClassifier classifier, Preprocessing preprocessing, String place) {}
