package dev.assay.train;

import dev.assay.data.ImageSet;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Random changes of training images: a crop out of the image with a black border around it, a mirror image, and
 * brightness, contrast and saturation, in this order.
 *
 * @param padding width of the border, in pixels
 * @param flip whether half of the images are mirrored left to right: not for signs and digits
 * @param colour how far brightness, contrast and saturation may each move from 1, in [0, 1)
 */
public record Augmentation(int padding, boolean flip, double colour) {
    /** Images as they are. */
    public static final Augmentation NONE = new Augmentation(0, false, 0);

    /** As is usual for small photographs. */
    public static final Augmentation DEFAULT = new Augmentation(4, true, 0);

    /** ITU-R BT.601. */
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

    private static final int LARGEST = 255;

    public Augmentation {
        if (padding < 0 || !(colour >= 0 && colour < 1)) {
            throw new IllegalArgumentException(
                    "expected a padding of at least 0 and a colour change in [0, 1), got %d, %s"
                            .formatted(padding, colour));
        }
    }

    /**
     * The images as they are, and behind them changed copies of all in turn.
     *
     * @param count how many images to return: the first of the images alone where it is below theirs
     * @param seed decides the changes
     */
    public ImageSet views(ImageSet images, int count, long seed) {
        byte[] pixels = new byte[Math.multiplyExact(count, images.image(0).remaining())];
        ByteBuffer out = ByteBuffer.wrap(pixels);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            int image = i % images.size();
            Augmentation change = i < images.size() ? NONE : this;
            change.write(images, image, Shuffle.of(image, seed, i / images.size()), out);
            labels[i] = images.label(image);
        }
        return ImageSet.of(images.height(), images.width(), pixels, labels, images.classNames());
    }

    /**
     * Writes one changed image.
     *
     * @param image its number
     * @param random decides; every image takes its own
     * @param out room for {@code [3, H, W]} bytes
     */
    void write(ImageSet images, int image, SplittableRandom random, ByteBuffer out) {
        ByteBuffer source = images.image(image);
        if (equals(NONE)) {
            out.put(source);
            return;
        }
        byte[] moved = moved(source, images.height(), images.width(), random);
        if (colour > 0) {
            recolour(moved, random);
        }
        out.put(moved);
    }

    private byte[] moved(ByteBuffer source, int height, int width, SplittableRandom random) {
        int down = random.nextInt(2 * padding + 1) - padding;
        int right = random.nextInt(2 * padding + 1) - padding;
        boolean mirrored = flip && random.nextBoolean();
        byte[] result = new byte[source.remaining()];
        int from = Math.max(0, -right);
        int to = Math.min(width, width - right);
        for (int row = 0; row < result.length / width; row++) {
            int inPlane = row % height + down;
            if (inPlane >= 0 && inPlane < height && from < to) {
                source.get((row + down) * width + from + right, result, row * width + from, to - from);
                if (mirrored) {
                    mirror(result, row * width, width);
                }
            }
        }
        return result;
    }

    private static void mirror(byte[] levels, int start, int width) {
        for (int i = 0; i < width / 2; i++) {
            byte left = levels[start + i];
            levels[start + i] = levels[start + width - 1 - i];
            levels[start + width - 1 - i] = left;
        }
    }

    private void recolour(byte[] levels, SplittableRandom random) {
        float brightness = factor(random);
        float contrast = factor(random);
        float saturation = factor(random);
        int plane = levels.length / ImageSet.CHANNELS;
        float mean = 0;
        for (int pixel = 0; pixel < plane; pixel++) {
            mean += luma(levels, pixel, plane) / plane;
        }
        mean *= brightness;
        for (int pixel = 0; pixel < plane; pixel++) {
            float grey = luma(levels, pixel, plane);
            for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                int i = channel * plane + pixel;
                float saturated = grey + saturation * ((levels[i] & 0xFF) - grey);
                float level = mean + contrast * (brightness * saturated - mean);
                levels[i] = (byte) Math.max(0, Math.min(LARGEST, Math.round(level)));
            }
        }
    }

    private float factor(SplittableRandom random) {
        return (float) (1 + colour * (2 * random.nextDouble() - 1));
    }

    private static float luma(byte[] levels, int pixel, int plane) {
        float sum = 0;
        for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
            sum += LUMA[channel] * (levels[channel * plane + pixel] & 0xFF);
        }
        return sum;
    }
}
