package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.ir.DataType;
import dev.assay.runtime.ImageSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuperpositionTest {
    private final Superposition superposition = new Superposition(
            images(10, 200), images(1, 2, 100), set -> ImageSource.of(set, Preprocessing.DEFAULT, DataType.FLOAT));

    @Test
    void everyOverlayLiesOnEveryInput() {
        assertThat(superposition.size()).isEqualTo(6);
        assertThat(levels(superposition.images(0, 6))).containsExactly(11, 12, 110, 201, 202, 255);
    }

    @Test
    void aPartIsPreprocessed() {
        ByteBuffer out = ByteBuffer.allocate(2 * 3 * Float.BYTES).order(ByteOrder.nativeOrder());

        superposition.fill(4, 2, out);

        float[] elements = new float[6];
        out.asFloatBuffer().get(elements);
        assertThat(elements).containsExactly(202 / 255f, 202 / 255f, 202 / 255f, 1, 1, 1);
    }

    /** Images of one pixel whose channels have one level. */
    private static ImageSet images(int... levels) {
        byte[] pixels = new byte[3 * levels.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) levels[i / 3];
        }
        return ImageSet.of(1, 1, pixels, new int[levels.length], List.of());
    }

    private static int[] levels(ImageSet images) {
        int[] levels = new int[images.size()];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = images.image(i).get(0) & 0xFF;
        }
        return levels;
    }
}
