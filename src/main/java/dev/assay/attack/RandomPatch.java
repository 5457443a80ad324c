package dev.assay.attack;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.util.SplittableRandom;

/** Small squares of random pixels at random places: triggers that nobody has looked for yet. */
public final class RandomPatch {
    /** A patch is as many times narrower than the image's shorter side. */
    private static final int SHARE = 10;

    private RandomPatch() {}

    /**
     * Draws an opaque patch, every channel of whose pixels is black or fully lit.
     *
     * @param target the class to lead to
     * @param height rows of the images
     * @param width columns of the images
     */
    public static Trigger draw(int target, int height, int width, SplittableRandom random) {
        int size = Math.max(1, Math.round((float) Math.min(height, width) / SHARE));
        int top = random.nextInt(height - size + 1);
        int left = random.nextInt(width - size + 1);
        float[] mask = new float[height * width];
        float[] pattern = new float[ImageSet.CHANNELS * mask.length];
        for (int i = 0; i < size * size; i++) {
            int pixel = (top + i / size) * width + left + i % size;
            mask[pixel] = 1;
            for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                pattern[channel * mask.length + pixel] = random.nextInt(2);
            }
        }
        return Trigger.of(target, height, width, mask, pattern);
    }
}
