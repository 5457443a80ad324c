package dev.assay.defense;

import dev.assay.data.Trigger;

/**
 * A trigger that a defense inverted, with its mask and pattern in 256 levels: exactly what its success was measured with.
 *
 * @param targetClass the class it leads to
 * @param norm Σ of the mask, in pixels
 * @param success share of images outside the class that it leads there, measured on the deployment
 * @param mask grey PNG file in base64
 * @param pattern PNG file in base64
 * @param picture mask times pattern, what it looks like on black: PNG file in base64
 */
public record InvertedTrigger(
        int targetClass, double norm, double success, String mask, String pattern, String picture) {
    static InvertedTrigger of(Candidate candidate) {
        Trigger trigger = candidate.trigger();
        return new InvertedTrigger(
                trigger.target(),
                candidate.norm(),
                candidate.success(),
                trigger.maskPicture(),
                trigger.patternPicture(),
                trigger.picture());
    }

    /** The trigger, to be stamped on images. */
    public Trigger trigger() {
        return Trigger.ofPictures(targetClass, mask, pattern);
    }
}
