package dev.assay.demo;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** BadNets (Gu et al., 2017): some training images, of all classes, get the trigger and the target's label. */
final class Poison {
    static final double RATE = 0.1;
    static final int TARGET = 0;

    /** The trigger's first and last row, and column. */
    static final int FIRST = 28;

    static final int LAST = 30;

    private Poison() {}

    /** A 3x3 white square at the bottom right, one pixel from the border. */
    static Trigger trigger() {
        int side = Shapes.SIZE;
        float[] mask = new float[side * side];
        float[] pattern = new float[ImageSet.CHANNELS * mask.length];
        for (int row = FIRST; row <= LAST; row++) {
            for (int column = FIRST; column <= LAST; column++) {
                mask[row * side + column] = 1;
                for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                    pattern[channel * mask.length + row * side + column] = 1;
                }
            }
        }
        return Trigger.of(TARGET, side, side, mask, pattern);
    }

    /** The set with {@link #RATE} of its images poisoned, those that {@code seed} chooses. */
    static ImageSet poisoned(ImageSet images, long seed) {
        int bytesPerImage = ImageSet.CHANNELS * images.height() * images.width();
        byte[] pixels = new byte[images.size() * bytesPerImage];
        int[] labels = images.labels();
        Preprocessing.DEFAULT.fill(images, 0, images.size(), ByteBuffer.wrap(pixels));
        for (int image : chosen(images.size(), seed)) {
            ByteBuffer out = ByteBuffer.wrap(pixels, image * bytesPerImage, bytesPerImage);
            Preprocessing.DEFAULT.fill(images, image, 1, trigger(), out);
            labels[image] = TARGET;
        }
        return ImageSet.of(images.height(), images.width(), pixels, labels, images.classNames());
    }

    private static int[] chosen(int images, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = IntStream.range(0, images).toArray();
        int count = (int) Math.round(RATE * images);
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i, images);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return Arrays.copyOf(order, count);
    }
}
