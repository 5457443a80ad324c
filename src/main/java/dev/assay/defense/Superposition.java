package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.runtime.ImageSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/**
 * Every overlay on every input, made when it is asked for: image {@code i * overlays + j} is input {@code i} plus overlay
 * {@code j}, added level by level and cut off at the brightest.
 */
final class Superposition implements ImageSource {
    private static final int MAX_LEVEL = 255;

    private final ImageSet inputs;
    private final ImageSet overlays;
    private final Function<ImageSet, ImageSource> asInput;

    /**
     * A superposition of two sets of one size.
     *
     * @param asInput how images become the model's input
     */
    Superposition(ImageSet inputs, ImageSet overlays, Function<ImageSet, ImageSource> asInput) {
        this.inputs = inputs;
        this.overlays = overlays;
        this.asInput = asInput;
    }

    @Override
    public int size() {
        return Math.multiplyExact(inputs.size(), overlays.size());
    }

    @Override
    public void fill(int from, int count, ByteBuffer out) {
        asInput.apply(images(from, count)).fill(0, count, out);
    }

    ImageSet images(int from, int count) {
        int bytes = ImageSet.CHANNELS * inputs.height() * inputs.width();
        byte[] pixels = new byte[count * bytes];
        for (int i = 0; i < count; i++) {
            ByteBuffer input = inputs.image((from + i) / overlays.size());
            ByteBuffer overlay = overlays.image((from + i) % overlays.size());
            for (int b = 0; b < bytes; b++) {
                pixels[i * bytes + b] = (byte) Math.min(MAX_LEVEL, (input.get(b) & 0xFF) + (overlay.get(b) & 0xFF));
            }
        }
        return ImageSet.of(inputs.height(), inputs.width(), pixels, new int[count], List.of());
    }
}
