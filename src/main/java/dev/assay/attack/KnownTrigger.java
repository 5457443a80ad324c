package dev.assay.attack;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.util.Optional;

/**
 * The attack of which only the trigger is known, as a sidecar or {@code --trigger} tells it. It has no text form: that is
 * the trigger's file.
 *
 * @param trigger mask, pattern and target
 * @param rate share of the training images, above 0 and up to 1
 */
public record KnownTrigger(Trigger trigger, double rate) implements Attack {
    /**
     * The attack.
     *
     * @throws dev.assay.InvalidDataException if the rate is no such share
     */
    public KnownTrigger {
        Options.requireTargetAndRate(trigger.target(), rate);
    }

    @Override
    public int target() {
        return trigger.target();
    }

    @Override
    public boolean isCleanLabel() {
        return false;
    }

    @Override
    public ImageSet stamp(ImageSet images) {
        return Stamp.of(trigger, images);
    }

    /** The trigger, of whatever size it is. */
    @Override
    public Optional<Trigger> trigger(int height, int width) {
        return Optional.of(trigger);
    }

    @Override
    public String toString() {
        return "known trigger to class %d, rate %s".formatted(trigger.target(), rate);
    }
}
