package dev.assay.data.signs;

import dev.assay.data.ImageSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A labelled set of traffic signs, drawn on demand: image {@code i} of a seed is the same in every call and range. */
public final class Signs {
    private Signs() {}

    /** The name of every class by label. */
    public static List<String> classNames() {
        return SignTable.SIGNS.stream().map(Sign::name).toList();
    }

    /**
     * Draws images {@code from} to before {@code to} of the endless sequence that belongs to {@code seed}. Image {@code i}
     * is of class {@code i} modulo the number of classes. All cores draw; the pixels depend on the arguments alone.
     * Another size shows the same scenes, but with its own noise.
     *
     * @throws IllegalArgumentException if there is no such range or the images do not fit into an array
     */
    public static ImageSet images(long seed, int from, int to, int height, int width) {
        long bytes = (long) ImageSet.CHANNELS * height * width * (to - from);
        if (from < 0 || from >= to || bytes != (int) bytes) {
            throw new IllegalArgumentException("images %d to %d of %dx%d".formatted(from, to, height, width));
        }
        // Mixed, so that images of seeds next to each other do not come from the same streams.
        long first = new SplittableRandom(seed).nextLong();
        byte[] pixels = new byte[(int) bytes];
        int[] labels = new int[to - from];
        IntStream.range(0, labels.length).parallel().forEach(i -> {
            int image = from + i;
            labels[i] = image % SignTable.SIGNS.size();
            SplittableRandom random = new SplittableRandom(first + image);
            Canvas picture = Scene.draw(SignTable.SIGNS.get(labels[i]), random, height, width);
            Exposure.develop(picture, random, pixels, i * ImageSet.CHANNELS * height * width);
        });
        return ImageSet.of(height, width, pixels, labels, classNames());
    }
}
