package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images with one label in a set to judge.
 *
 * @param label a class of the model
 * @param plain images with that label, as they are
 * @param numbers of the plain images in the training data; empty where they do not come from there
 * @param toStamp images with other labels that get the trigger and this label; none without a trigger
 * @param trigger leads to the class; null where nothing is stamped
 * @param clean images with that label that are known to be clean, none of them judged
 */
record JudgedClass(
        int label,
        ImageSet plain,
        List<Integer> numbers,
        ImageSet toStamp,
        @Nullable Trigger trigger,
        ImageSet clean) {
    JudgedClass {
        numbers = List.copyOf(numbers);
    }

    /** The images that get the trigger, with it. */
    ImageSet stamped() {
        return trigger == null ? toStamp : Stamping.stamped(toStamp, trigger);
    }
}
