package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GtsrbTest {
    private static final String HEADER = "Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\n";

    private final Path folder;

    GtsrbTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void readsTrainingImagesClassByClass() throws IOException {
        Path images = folder.resolve("Final_Training/Images");
        TestData.bytes(images.resolve("00000/00000_00001.ppm"), TestData.ppm(5, 6, 10, 20, 30));
        TestData.text(images.resolve("00000/GT-00000.csv"), HEADER + "00000_00001.ppm;6;5;1;1;4;4;0\r\n");
        TestData.bytes(images.resolve("00001/00000_00000.ppm"), TestData.ppm(3, 3, 40, 50, 60));
        TestData.text(images.resolve("00001/GT-00001.csv"), HEADER + "00000_00000.ppm;3;3;1;1;2;2;1\n");
        ImageSet set = DataSpec.parse("gtsrb-train:" + folder).load(4, 4);
        assertThat(set.labels()).containsExactly(0, 1);
        assertThat(set.image(0).get(16)).isEqualTo((byte) 20);
        assertThat(set.image(1).get(47)).isEqualTo((byte) 60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Final_Test", "Final_Test/Images"})
    void readsTestImagesInTheOrderOfTheirAnnotations(String place) throws IOException {
        TestData.bytes(folder.resolve("Final_Test/Images/00000.ppm"), TestData.ppm(4, 4, 1, 1, 1));
        TestData.bytes(folder.resolve("Final_Test/Images/00001.ppm"), TestData.ppm(4, 4, 2, 2, 2));
        TestData.text(
                folder.resolve(place).resolve("GT-final_test.csv"),
                HEADER + "00001.ppm;4;4;0;0;3;3;42\n00000.ppm;4;4;0;0;3;3;16\n");
        ImageSet set = DataSpec.parse("gtsrb:" + folder).load();
        assertThat(set.labels()).containsExactly(42, 16);
        assertThat(set.image(0).get(0)).isEqualTo((byte) 2);
        assertThat(DataSpec.parse("gtsrb:" + folder + "#1..2").load().labels()).containsExactly(16);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Filename;ClassId/0.ppm;43 | line 2: expected a ClassId from 0 to 42, got '43'",
                "Filename;ClassId/0.ppm;-1 | line 2: expected a ClassId",
                "Filename;ClassId/0.ppm;99999999999 | line 2: expected a ClassId",
                "Filename;ClassId/0.ppm | line 2: expected 2 columns, got 1",
                "Filename,ClassId/0.ppm,1 | expected columns Filename and ClassId",
                "Filename;Width/0.ppm;4 | expected columns Filename and ClassId",
                "Filename;ClassId/9.ppm;1 | 9.ppm: no such file",
                "Filename;ClassId | expected images, got none",
            })
    void refusesDamagedAnnotations(String lines, String message) throws IOException {
        TestData.bytes(folder.resolve("Final_Test/Images/0.ppm"), TestData.ppm(4, 4, 1, 1, 1));
        TestData.text(folder.resolve("GT-final_test.csv"), lines.replace('/', '\n'));
        assertInvalid("gtsrb:" + folder, message);
    }

    @Test
    void refusesMissingAnnotations() {
        assertInvalid("gtsrb:" + folder, "expected GT-final_test.csv beside the images or above them, got none");
        assertInvalid("gtsrb-train:" + folder, "no such folder");
    }

    private static void assertInvalid(String spec, String message) {
        assertThatThrownBy(() -> DataSpec.parse(spec).load())
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining(message);
    }
}
