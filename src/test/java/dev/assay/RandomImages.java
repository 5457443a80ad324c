package dev.assay;

import dev.assay.runtime.ImageSource;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/** Seeded images of floats from 0 to 1; image {@code i} is the same whatever batch it is asked for in. */
public record RandomImages(int size, int elements) implements ImageSource {
    /** Images for the nets of {@link NetBuilder#onImages()}. */
    public static RandomImages of(int size) {
        return new RandomImages(size, 3 * 16 * 16);
    }

    @Override
    public void fill(int from, int count, ByteBuffer out) {
        FloatBuffer floats = out.asFloatBuffer();
        for (int image = from; image < from + count; image++) {
            SplittableRandom random = new SplittableRandom(1000 + image);
            double brightness = random.nextDouble();
            for (int i = 0; i < elements; i++) {
                floats.put((float) (brightness * random.nextDouble()));
            }
        }
    }
}
