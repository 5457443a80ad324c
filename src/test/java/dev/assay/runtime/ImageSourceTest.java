package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.ir.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageSourceTest {
    private static final int SIDE = 2;
    private static final int BYTES = 3 * SIDE * SIDE;

    @ParameterizedTest
    @CsvSource({"0, 7", "0, 3", "2, 2", "3, 1", "4, 3"})
    void joinedImagesFollowEachOther(int from, int count) {
        ImageSource joined = ImageSource.joined(List.of(images(0, 3), images(3, 3), images(3, 4), images(4, 7)), BYTES);
        ByteBuffer out = ByteBuffer.allocate((count + 1) * BYTES).order(ByteOrder.nativeOrder());

        joined.fill(from, count, out);

        assertThat(joined.size()).isEqualTo(7);
        assertThat(IntStream.range(0, count + 1)
                        .map(image -> out.get(image * BYTES))
                        .toArray())
                .isEqualTo(
                        IntStream.concat(IntStream.range(from, from + count).map(image -> 10 + image), IntStream.of(0))
                                .toArray());
    }

    /** Image i is filled with 10 + i. */
    private static ImageSource images(int from, int to) {
        byte[] pixels = new byte[(to - from) * BYTES];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (10 + from + i / BYTES);
        }
        ImageSet set = ImageSet.of(SIDE, SIDE, pixels, new int[to - from], List.of());
        return ImageSource.of(set, Preprocessing.DEFAULT, DataType.UINT8);
    }
}
