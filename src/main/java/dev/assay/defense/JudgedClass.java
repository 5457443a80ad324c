package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import org.jspecify.annotations.Nullable;

/**
 * The images with one label in a set to judge.
 *
 * @param label a class of the model
 * @param plain images with that label, as they are
 * @param toStamp images with other labels that get the trigger and this label; none without a trigger
 * @param trigger leads to the class; null where nothing is stamped
 * @param clean images with that label that are known to be clean, none of them judged
 */
record JudgedClass(
        int label,
        ImageSet plain,
        ImageSet toStamp,
        @Nullable Trigger trigger,
        ImageSet clean) {
    /** The images that get the trigger, with it. */
    ImageSet stamped() {
        return trigger == null ? toStamp : Stamping.stamped(toStamp, trigger);
    }
}
