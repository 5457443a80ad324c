package dev.assay.grad;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A deployment whose gradient is wanted, and images to take it on.
 *
 * @param artifact its file
 * @param model the artifact as a probe observed it
 * @param spec how it is run
 * @param preprocessing how pixels become its input
 * @param images of the model's size; a gradient is opened on no more than {@link #mostOf}
 */
public record Deployed(
        Path artifact, ImageClassifier model, SessionSpec spec, Preprocessing preprocessing, ImageSet images) {
    private static final int MOST_BYTES = 1 << 29;

    /** How many images of a set gradients can be taken on: 512 MB of pixels. */
    public static int mostOf(ImageSet images) {
        return MOST_BYTES / (ImageSet.CHANNELS * images.height() * images.width());
    }

    /** This on no more images than so many, drawn at random where there are more. */
    Deployed onAtMost(int most, long seed) {
        return images.size() <= most
                ? this
                : new Deployed(artifact, model, spec, preprocessing, images.drawn(most, new SplittableRandom(seed)));
    }

    /** The artifact's name in error messages. */
    String place() {
        return artifact.toString();
    }
}
