package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.assay.InvalidDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged is told in one line: where, what was expected, what was found, what to do. */
class DamagedDataTest {
    @TempDir
    private Path folder;

    @Test
    void truncatedFiles() throws IOException {
        Path batch = TestData.bytes(folder.resolve("test_batch.bin"), Arrays.copyOf(TestData.records(1, 2), 5000));
        assertTold("cifar10:" + folder, batch, "multiple of 3073 bytes", "got 5000");
        assertTold("records:" + batch, batch, "multiple of 3073 bytes", "got 5000");

        Path images = TestData.bytes(folder.resolve("mnist/t10k-images-idx3-ubyte"), idx(3, 2, 4, 4));
        Path labels = TestData.bytes(folder.resolve("mnist/t10k-labels-idx1-ubyte"), idx(1, 2));
        truncate(images, 16 + 31);
        assertTold("idx:" + folder.resolve("mnist"), images, "expected 32 bytes", "got 31");
        TestData.bytes(images, idx(3, 2, 4, 4));
        truncate(labels, 5);
        assertTold("idx:" + folder.resolve("mnist"), labels, "expected an IDX header", "got 5 bytes");
        TestData.bytes(images, Arrays.copyOf(idx(4, 2, 4, 4, 3), 18));
        assertTold("idx:" + folder.resolve("mnist"), images, "expected an IDX header of rank 4", "got 18 bytes");

        Path picture =
                TestData.bytes(folder.resolve("classes/a/1.ppm"), Arrays.copyOf(TestData.ppm(4, 4, 1, 2, 3), 30));
        assertTold("folder:" + folder.resolve("classes"), picture, "expected an image, got a damaged one");
    }

    @Test
    void wrongKindsOfFiles() throws IOException {
        Path images = TestData.bytes(folder.resolve("mnist/train-images-idx3-ubyte"), new byte[64]);
        TestData.bytes(folder.resolve("mnist/train-labels-idx1-ubyte"), idx(1, 2));
        assertTold("idx-train:" + folder.resolve("mnist"), images, "rank 3 to 4", "got magic 0x00000000");

        Path text = TestData.text(folder.resolve("classes/a/readme.txt"), "no image");
        assertTold("folder:" + folder.resolve("classes"), text, "expected an image", "got another kind of file");
    }

    @Test
    void labelsOutOfRange() throws IOException {
        Path batch = TestData.bytes(folder.resolve("test_batch.bin"), TestData.records(3, 200));
        assertTold("cifar10:" + folder, batch, "record 1: expected a label below 10", "got 200");

        Path annotations =
                TestData.text(folder.resolve("Final_Test/GT-final_test.csv"), "Filename;ClassId\n00000.ppm;43\n");
        assertTold("gtsrb:" + folder, annotations, "line 2: expected a ClassId from 0 to 42", "got '43'");
        TestData.text(annotations, "Filename;ClassId\n00000.ppm\n");
        assertTold("gtsrb:" + folder, annotations, "line 2: expected 2 columns", "got 1");
    }

    @Test
    void emptyFolders() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertTold("folder:" + empty, empty, "expected one folder per class", "got no folder");
        Path classFolder = Files.createDirectories(folder.resolve("classes/a"));
        assertTold("folder:" + folder.resolve("classes"), classFolder, "expected images of one class", "got an empty");
        assertTold("cifar10-train:" + empty, empty, "expected data_batch_1.bin", "got none");
        assertTold("idx:" + empty, empty, "expected one file t10k-images", "got 0");
        Path frames = Files.createDirectories(folder.resolve("Final_Training/Images"));
        assertTold("gtsrb-train:" + folder, frames, "expected images", "got none");
    }

    /** An IDX file of zeros. */
    private static byte[] idx(int rank, int... dims) {
        int elements = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        ByteBuffer file =
                ByteBuffer.allocate((rank + 1) * Integer.BYTES + elements).putInt(0x0800 | rank);
        Arrays.stream(dims).forEach(file::putInt);
        return file.array();
    }

    private static void truncate(Path file, int bytes) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), bytes));
    }

    private static void assertTold(String spec, Path place, String... parts) {
        InvalidDataException failure = catchThrowableOfType(
                InvalidDataException.class, () -> DataSpec.parse(spec).load());
        assertThat(failure)
                .hasMessageStartingWith(place + ": ")
                .hasMessageContainingAll(parts)
                .hasMessageContaining("; ")
                .message()
                .hasLineCount(1);
    }
}
