package dev.assay.attack;

import dev.assay.InvalidDataException;
import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.util.Optional;
import java.util.stream.IntStream;

/** A backdoor: a trigger and the class that a model is to answer to it, whatever else the image shows. Immutable. */
public interface Attack {
    /** The class that the trigger is to lead to. */
    int target();

    /** Which share of the training images to poison, above 0 and up to 1; see {@link #isCleanLabel} for of which. */
    double rate();

    /**
     * Whether labels stay as they are. Then images of the target class are poisoned, {@link #rate} of those; else images
     * of all other classes are, as many as {@link #rate} of the whole set, and get the target as their label.
     */
    boolean isCleanLabel();

    /**
     * The images with the trigger on each of them, rounded to levels; labels stay.
     *
     * @throws InvalidDataException if the trigger does not fit into images of this size
     */
    ImageSet stamp(ImageSet images);

    /**
     * The trigger as mask and pattern; empty where it is something else.
     *
     * @throws InvalidDataException if it does not fit into images of this size
     */
    Optional<Trigger> trigger(int height, int width);

    /** The text that {@link Attacks#parse} reads, for the attacks of its table. */
    @Override
    String toString();

    /**
     * Poisons a training set.
     *
     * @param seed decides which images
     * @throws InvalidDataException if the target is no class of the set, no image would be poisoned, or there are too few
     */
    default Poisoned poison(ImageSet training, long seed) {
        return Poisoned.by(this, training, seed);
    }

    /**
     * What attack success is measured on: the images outside the target class, stamped, with their own labels. The share
     * of them that a model answers {@link #target} to is its attack success rate.
     *
     * @throws InvalidDataException if all images are of the target class
     */
    default ImageSet attacked(ImageSet clean) {
        int[] others = IntStream.range(0, clean.size())
                .filter(image -> clean.label(image) != target())
                .toArray();
        if (others.length == 0) {
            throw new InvalidDataException(
                    "%s: expected images outside the target class %d, got none".formatted(this, target()));
        }
        return stamp(clean.subset(others));
    }
}
