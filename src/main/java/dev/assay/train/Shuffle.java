package dev.assay.train;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Who decides what in an epoch: everything follows from the seed, the epoch and the image, so that nothing is to be saved. */
final class Shuffle {
    private static final long EPOCHS = 0x9E37_79B9_7F4A_7C15L;
    private static final long IMAGES = 0xC2B2_AE3D_27D4_EB4FL;

    private Shuffle() {}

    /** The images of an epoch in its order. */
    static int[] order(int images, long seed, int epoch) {
        int[] order = IntStream.range(0, images).toArray();
        SplittableRandom random = new SplittableRandom(seed + EPOCHS * (epoch + 1L));
        for (int i = images - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        return order;
    }

    /** What decides how an image is changed in an epoch. */
    static SplittableRandom of(int image, long seed, int epoch) {
        return new SplittableRandom(seed + EPOCHS * (epoch + 1L) + IMAGES * (image + 1L));
    }
}
