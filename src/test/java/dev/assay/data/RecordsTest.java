package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {
    private final Path folder;

    RecordsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void readsARangeAcrossBatchesInTheOrderOfTheirNumbers() throws IOException {
        TestData.bytes(folder.resolve("data_batch_10.bin"), TestData.records(9, 8));
        TestData.bytes(folder.resolve("data_batch_2.bin"), TestData.records(3, 4, 5));
        TestData.bytes(folder.resolve("data_batch_1.bin"), TestData.records(0, 1, 2));
        ImageSet all = DataSpec.parse("cifar10-train:" + folder).load();
        ImageSet part = DataSpec.parse("cifar10-train:" + folder + "#2..7").load();
        assertThat(all.labels()).containsExactly(0, 1, 2, 3, 4, 5, 9, 8);
        assertThat(part.labels()).containsExactly(2, 3, 4, 5, 9);
        assertThat(part.sha256()).isEqualTo(all.slice(2, 7).sha256());
        assertThat(part.image(0).get(3071)).isEqualTo((byte) 2);
        assertThat(part.classNames()).hasSize(10).contains("frog");
    }

    @Test
    void takesClassNamesFromBesideTheFile() throws IOException {
        Path file = TestData.bytes(folder.resolve("test.bin"), TestData.records(0, 1));
        assertThat(DataSpec.parse("records:" + file).load().classNames()).isEmpty();
        TestData.text(folder.resolve("batches.meta.txt"), "one\ntwo\n\n");
        assertThat(DataSpec.parse("records:" + file).load().classNames()).containsExactly("one", "two");
        TestData.text(folder.resolve("classes.txt"), "Stop\r\nYield\r\nMain road");
        assertThat(DataSpec.parse("records:" + file).load().classNames()).containsExactly("Stop", "Yield", "Main road");
        TestData.text(folder.resolve("classes.txt"), "Stop\n\nYield");
        assertInvalid("records:" + file, "one class name a line");
    }

    @Test
    void recordsAreResizedOnRequest() throws IOException {
        Path file = TestData.bytes(folder.resolve("test.bin"), TestData.records(0, 1));
        ImageSet set = DataSpec.parse("records:" + file).load(48, 40);
        assertThat(set.imageSize()).isEqualTo(new ImageSize(48, 40));
        assertThat(set.image(1).get(0)).isEqualTo((byte) 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3072, 3074, 6145})
    void refusesFilesThatAreNoWholeRecords(int bytes) throws IOException {
        Path file = TestData.bytes(folder.resolve("test_batch.bin"), new byte[bytes]);
        assertInvalid("cifar10:" + folder, file + ": expected a multiple of 3073 bytes", "got " + bytes);
    }

    @Test
    void refusesLabelsWithoutClass() throws IOException {
        Path file = TestData.bytes(folder.resolve("test_batch.bin"), TestData.records(0, 10));
        assertInvalid("cifar10:" + folder, file + ": record 1: expected a label below 10, got 10");
    }

    @Test
    void refusesMissingFilesAndLongRanges() throws IOException {
        assertInvalid("cifar10:" + folder, "test_batch.bin: no such file");
        assertInvalid("cifar10-train:" + folder, "expected data_batch_1.bin");
        assertInvalid("records:" + folder, "expected a file, got a folder");
        assertInvalid("cifar10-train:" + folder.resolve("none"), "no such folder");
        Path file = TestData.bytes(folder.resolve("test.bin"), TestData.records(0, 1));
        assertInvalid("records:" + file + "#1..3", file + ": expected at least 3 images for the range 1..3, got 2");
    }

    private static void assertInvalid(String spec, String... message) {
        assertThatThrownBy(() -> DataSpec.parse(spec).load())
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContainingAll(message);
    }

    @Test
    void readsWhatItWrote() throws IOException {
        ImageSet set = DataSpec.parse("signs:3#10..60").load();
        Path file = folder.resolve("signs.bin");
        Records.write(set, file);
        ImageSet read = DataSpec.parse("records:" + file).load();
        assertThat(read.sha256()).isEqualTo(set.sha256());
        assertThat(read.classNames()).isEqualTo(set.classNames());
        Records.write(set.subset(new int[] {5, 2}), file);
        assertThat(DataSpec.parse("records:" + file).load().labels()).containsExactly(set.label(5), set.label(2));
        assertThatThrownBy(() -> Records.write(set.resized(16, 16), file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("expected images of 32x32 in at most 256 classes, got 16x16 in 43");
    }

    @Test
    void cifar10TestSetIsTheOneOfItsReadme() {
        ImageSet set = DataSpec.parse("cifar10:" + TestData.shared("cifar10")).load();
        assertThat(set.countsPerClass()).hasSize(10).containsOnly(1000);
        assertThat(set.describe()).startsWith("10000 images of 3x32x32 in 10 classes: airplane 1000, automobile 1000");
    }

    @Test
    void cifar10TrainingSetIsTheOneOfItsReadme() {
        ImageSet set =
                DataSpec.parse("cifar10-train:" + TestData.shared("cifar10")).load();
        assertThat(set.countsPerClass()).hasSize(10).containsOnly(2000);
    }

    @Test
    void gtsrbRecordsAreThoseOfTheirReadme() {
        ImageSet set =
                DataSpec.parse("records:" + TestData.shared("gtsrb32/test.bin")).load();
        assertThat(set.size()).isEqualTo(7629);
        assertThat(set.classNames()).hasSize(43).startsWith("Speed limit 20", "Speed limit 30");
        assertThat(Arrays.copyOf(set.countsPerClass(), 8)).containsExactly(36, 435, 453, 272, 399, 381, 91, 272);
        assertThat(IntStream.of(set.countsPerClass()).min()).hasValue(36);
    }
}
