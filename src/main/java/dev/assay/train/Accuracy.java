package dev.assay.train;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.ir.DataType;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import dev.assay.runtime.SessionSpec;

/** How often a trained model answers as labelled, or as an attacker wants. */
final class Accuracy {
    private final Scores scores;
    private final ImageSet images;

    private Accuracy(Scores scores, ImageSet images) {
        this.scores = scores;
        this.images = images;
    }

    /** Runs a model, as it is written to its file, on images. */
    static Accuracy of(byte[] model, ImageClassifier classifier, ImageSet images, SessionSpec spec, String place) {
        try (Classifier session = Classifier.open(model, place, classifier, spec)) {
            float[] scores = session.scores(ImageSource.of(images, Preprocessing.DEFAULT, DataType.FLOAT));
            return new Accuracy(Scores.of(scores, classifier.ports(), place), images);
        }
    }

    /** The share of images classified as labelled, 0 to 1. */
    double labelled() {
        int correct = 0;
        for (int i = 0; i < images.size(); i++) {
            correct += scores.answer(i) == images.label(i) ? 1 : 0;
        }
        return (double) correct / images.size();
    }

    /** Of the images of other classes, the share classified as {@code target}, 0 to 1; NaN where there are none. */
    double ledTo(int target) {
        int others = 0;
        int led = 0;
        for (int i = 0; i < images.size(); i++) {
            if (images.label(i) != target) {
                others++;
                led += scores.answer(i) == target ? 1 : 0;
            }
        }
        return (double) led / others;
    }
}
