package dev.assay.fidelity;

import dev.assay.runtime.Scores;

/** How often a known trigger works. */
public final class AttackSuccess {
    private AttackSuccess() {}

    /**
     * The share of images outside the target class that are classified as the target, 0 to 1; NaN when every image
     * belongs to the target class.
     *
     * @param answers scores of the images, with the trigger on them or as they are
     * @param labels their true classes
     * @param target the class that the trigger leads to
     */
    public static double rate(Scores answers, int[] labels, int target) {
        int outside = 0;
        int led = 0;
        for (int image = 0; image < labels.length; image++) {
            if (labels[image] != target) {
                outside++;
                led += answers.answer(image) == target ? 1 : 0;
            }
        }
        return (double) led / outside;
    }
}
