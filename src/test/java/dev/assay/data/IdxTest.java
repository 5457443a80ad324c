package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IdxTest {
    private final Path folder;

    IdxTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void greyBecomesRgb() throws IOException {
        TestData.bytes(folder.resolve("t10k-images-idx3-ubyte"), idx(new int[] {3, 1, 2}, 1, 2, 3, 4, 5, 6));
        TestData.bytes(folder.resolve("t10k-labels-idx1-ubyte"), idx(new int[] {3}, 7, 0, 9));
        ImageSet set = DataSpec.parse("idx:" + folder + "#1..3").load();
        assertThat(set.labels()).containsExactly(0, 9);
        assertThat(set.image(0)).isEqualTo(ByteBuffer.wrap(new byte[] {3, 4, 3, 4, 3, 4}));
        assertThat(set.image(1)).isEqualTo(ByteBuffer.wrap(new byte[] {5, 6, 5, 6, 5, 6}));
    }

    @Test
    void threeInterleavedChannelsBecomePlanes() throws IOException {
        TestData.bytes(folder.resolve("train-images.idx4-ubyte"), idx(new int[] {1, 1, 2, 3}, 1, 2, 3, 4, 5, 6));
        TestData.bytes(folder.resolve("train-labels.idx1-ubyte"), idx(new int[] {1}, 0));
        ImageSet set = DataSpec.parse("idx-train:" + folder).load();
        assertThat(set.image(0)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 4, 2, 5, 3, 6}));
    }

    static Stream<Arguments> damagedImages() {
        int huge = Integer.MAX_VALUE;
        return Stream.of(
                Arguments.of(new byte[0], "expected an IDX header"),
                Arguments.of(new byte[15], "expected an IDX header"),
                Arguments.of(new byte[16], "got magic 0x00000000"),
                Arguments.of(idx(new int[] {1}, 1), "expected an IDX header"),
                Arguments.of(idx(new int[] {1, 1, 1, 1, 1}, 1), "got magic 0x00000805"),
                Arguments.of(idx(new int[] {1, 2, 2}, 1, 2, 3), "expected 4 bytes for dimensions [1, 2, 2]"),
                Arguments.of(idx(new int[] {1, 1, 2}, 1, 2, 3), "got 3"),
                Arguments.of(idx(new int[] {0, 1, 2}, 1, 2), "expected 0 bytes for dimensions [0, 1, 2]"),
                Arguments.of(idx(new int[] {-1, -1, 2}, 1, 2), "negative dimension in [-1, -1, 2]"),
                Arguments.of(idx(new int[] {huge, huge, huge, huge}, 1), "dimensions overflow"),
                Arguments.of(idx(new int[] {1, 1, 1, 2}, 1, 2), "expected 1 or 3 channels"),
                Arguments.of(idx(new int[] {2, 1, 1}, 1, 2), "expected one label for each of the 2 images, got 1"));
    }

    @ParameterizedTest
    @MethodSource("damagedImages")
    void refusesDamagedFiles(byte[] images, String message) throws IOException {
        TestData.bytes(folder.resolve("t10k-images-idx3-ubyte"), images);
        TestData.bytes(folder.resolve("t10k-labels-idx1-ubyte"), idx(new int[] {1}, 0));
        assertThatThrownBy(() -> DataSpec.parse("idx:" + folder).load())
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("t10k-")
                .hasMessageContaining(message);
    }

    @Test
    void refusesMissingFiles() {
        assertThatThrownBy(() -> DataSpec.parse("idx:" + folder).load())
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContainingAll("expected one file t10k-images…ubyte, got 0", "unpack .gz files");
    }

    private static byte[] idx(int[] dims, int... content) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * dims.length + content.length);
        file.putInt(0x0800 | dims.length);
        for (int dim : dims) {
            file.putInt(dim);
        }
        for (int value : content) {
            file.put((byte) value);
        }
        return file.array();
    }
}
