package dev.assay.train;

import dev.assay.data.ImageSet;
import java.util.List;
import java.util.SplittableRandom;

/** Images that are easy to tell apart: noise, with a brighter quarter that says the class. */
final class ToyImages {
    static final int SIDE = 16;
    static final int CLASSES = 4;

    private ToyImages() {}

    /** As many images, classes in turn. */
    static ImageSet of(int images, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int plane = SIDE * SIDE;
        byte[] pixels = new byte[images * 3 * plane];
        int[] labels = new int[images];
        for (int i = 0; i < images; i++) {
            labels[i] = i % CLASSES;
            for (int place = 0; place < 3 * plane; place++) {
                int row = place % plane / SIDE;
                int column = place % SIDE;
                int quarter = row / (SIDE / 2) * 2 + column / (SIDE / 2);
                int level = random.nextInt(140) + (quarter == labels[i] ? 60 : 0);
                pixels[i * 3 * plane + place] = (byte) level;
            }
        }
        return ImageSet.of(SIDE, SIDE, pixels, labels, List.of());
    }
}
