package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.assay.InvalidDataException;
import dev.assay.ir.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerTest {
    /** Two pixels side by side: 10 20, 30 40, 50 60. */
    private static final ImageSet SET = ImageSet.of(1, 2, new byte[] {10, 20, 30, 40, 50, 60}, new int[1], List.of());

    private static final Preprocessing RAW = Preprocessing.DEFAULT.withRange("0..255");

    private final Path folder;

    TriggerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void blendsWithoutRounding() {
        Trigger trigger = Trigger.of(0, 1, 2, new float[] {0, 0.25f}, new float[] {1, 1, 1, 0, 1, 0.5f});
        FloatBuffer out = FloatBuffer.allocate(6);
        RAW.fill(SET, 0, 1, trigger, out);
        assertThat(out.array()).containsExactly(10, 15 + 63.75f, 30, 30, 50, 45 + 31.875f);
        ByteBuffer bytes = ByteBuffer.allocate(6);
        RAW.fill(SET, 0, 1, trigger, bytes);
        assertThat(bytes.array()).containsExactly(10, 79, 30, 30, 50, 77);
    }

    @Test
    void patternIsRgbWhateverTheInputsOrder() {
        Trigger red = Trigger.of(0, 1, 2, new float[] {1, 0}, new float[] {1, 0, 0, 0, 0, 0});
        FloatBuffer out = FloatBuffer.allocate(6);
        RAW.withLayout("nhwc").withOrder("bgr").fill(SET, 0, 1, red, out);
        assertThat(out.array()).containsExactly(0, 0, 255, 60, 40, 20);
    }

    @Test
    void fullMaskGivesThePreprocessedPatternExactly() throws IOException {
        Path file = TestData.text(folder.resolve("t.json"), """
                {"target": 1, "patches": [{"rows": [0, 0], "columns": [0, 1], "color": [77, 128, 255]}]}""");
        FloatBuffer out = FloatBuffer.allocate(6);
        Preprocessing.DEFAULT.fill(SET, 0, 1, Trigger.read(file, 1, 2), out);
        assertThat(out.array()).containsExactly(77 / 255f, 77 / 255f, 128 / 255f, 128 / 255f, 1, 1);
    }

    @Test
    void laterPatchesCoverEarlierOnes() throws IOException {
        Path file = TestData.text(folder.resolve("t.json"), """
                {"target": 1, "patches": [
                  {"rows": [1, 2], "columns": [1, 2], "color": [255, 255, 255]},
                  {"rows": [2, 2], "columns": [2, 2], "color": [0, 51, 255]}]}""");
        Trigger trigger = Trigger.read(file, 3, 3);
        assertThat(trigger.target()).isEqualTo(1);
        assertThat(trigger.mask()).containsExactly(0, 0, 0, 0, 1, 1, 0, 1, 1);
        assertThat(trigger.pattern()).startsWith(0, 0, 0, 0, 1, 1, 0, 1, 0).endsWith(0, 1, 1, 0, 1, 1);
        assertThat(trigger.pattern()[17]).isEqualTo(0.2f);
    }

    @Test
    void imageAlphaIsTheMask() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x33FF0000);
        image.setRGB(1, 0, 0xFF0000FF);
        ImageIO.write(image, "png", folder.resolve("t.png").toFile());
        Path file = TestData.text(folder.resolve("t.json"), """
                {"target": 0, "image": "t.png", "alpha": 0.5, "row": 1, "column": 0}""");
        Trigger trigger = Trigger.read(file, 2, 2);
        assertThat(trigger.mask()).containsExactly(0, 0, 0.1f, 0.5f);
        assertThat(trigger.pattern()).containsExactly(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        assertThat(trigger.touched()).containsExactly(2, 3);
    }

    @Test
    void readsArrays() throws IOException {
        Npy.write(folder.resolve("m.npy"), Tensor.ofFloats(new long[] {1, 1, 2}, 0, 1));
        Npy.write(folder.resolve("p.npy"), Tensor.ofFloats(new long[] {3, 1, 2}, 0, 1, 0, 1, 0, 1));
        Path file = TestData.text(folder.resolve("t.json"), """
                {"target": 3, "seed": 1, "trigger": {"mask_file": "m.npy", "pattern_file": "p.npy"}}""");
        Trigger trigger = Trigger.read(file, 1, 2);
        assertThat(trigger.target()).isEqualTo(3);
        assertThat(trigger.mask()).containsExactly(0, 1);
        assertThatThrownBy(() -> Trigger.read(file, 2, 2))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining(
                        "m.npy: expected [1, 2, 2] for images of 2x2, got [1, 1, 2]; triggers are not resized");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"target\": 0} | expected one of the keys patches, image, trigger",
                "{\"target\": null, \"trigger\": null} | there is no trigger in it",
                "{\"patches\": [{\"rows\":[0,0],\"columns\":[0,0],\"color\":[1,1,1]}]} | 'target': expected a whole number",
                "{\"target\": -1, \"patches\": [{\"rows\":[0,0],\"columns\":[0,0],\"color\":[1,1,1]}]} | got -1",
                "{\"target\": 0, \"patches\": []} | mask: expected a value above 0 somewhere",
                "{\"target\": 0, \"patches\": [{\"rows\":[0,4],\"columns\":[0,0],\"color\":[1,1,1]}]} | 'rows': expected first and last of 0 to 3",
                "{\"target\": 0, \"patches\": [{\"rows\":[1,0],\"columns\":[0,0],\"color\":[1,1,1]}]} | 'rows'",
                "{\"target\": 0, \"patches\": [{\"rows\":[0,0],\"columns\":[0.5,1],\"color\":[1,1,1]}]} | 'columns'",
                "{\"target\": 0, \"patches\": [{\"rows\":[0,0],\"columns\":[0,0],\"color\":[256,1,1]}]} | pattern: expected values in [0, 1]",
                "{\"target\": 0, \"patches\": [{\"rows\":[0,0],\"columns\":[0,0],\"colour\":[1,1,1]}]} | 'patches'[0]: expected only the keys rows, columns, color, got [colour]",
                "{\"target\": 0, \"image\": \"none.png\"} | none.png: no such file",
                "{\"target\": 0, \"image\": \"small.ppm\"} | 'row': expected a whole number from 0, got nothing",
                "{\"target\": 0, \"image\": \"small.ppm\", \"row\": 3, \"column\": 0} | small.ppm: expected an image that fits into 4x4 at row 3, column 0, got 2x2",
                "{\"target\": 0, \"image\": \"small.ppm\", \"row\": 2, \"column\": 2, \"alpha\": 1.5} | mask: expected values in [0, 1], got 1.5",
                "{\"target\": 0, \"image\": \"a\\u0000b\"} | expected a file name",
                "{\"target\": 0, \"trigger\": {\"mask_file\": \"none.npy\", \"pattern_file\": \"none.npy\"}} | none.npy: no such file",
            })
    void refusesWhatMakesNoTrigger(String json, String message) throws IOException {
        TestData.bytes(folder.resolve("small.ppm"), TestData.ppm(2, 2, 1, 2, 3));
        Path file = TestData.text(folder.resolve("t.json"), json);
        assertThatThrownBy(() -> Trigger.read(file, 4, 4))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining(message);
    }

    @Test
    void refusesImagesOfAnotherSize() {
        Trigger trigger = Trigger.of(0, 1, 1, new float[] {1}, new float[3]);
        assertThatThrownBy(() -> RAW.fill(SET, 0, 1, trigger, FloatBuffer.allocate(6)))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage("trigger: expected the images' size 1x2, got 1x1");
    }

    @Test
    void picturesHoldARoundedTriggerExactly() {
        SplittableRandom random = new SplittableRandom(1);
        float[] mask = new float[12];
        float[] pattern = new float[36];
        for (int i = 0; i < pattern.length; i++) {
            mask[i % 12] = (float) random.nextDouble();
            pattern[i] = (float) random.nextDouble();
        }
        mask[3] = 0;
        Trigger rounded = Trigger.of(4, 3, 4, mask, pattern).rounded();
        assertThat(rounded.mask()).containsExactly(mask, within(0.5f / 255 + 1e-6f));
        assertThat(rounded.pattern()).containsExactly(pattern, within(0.5f / 255 + 1e-6f));
        assertThat(rounded.rounded().mask()).isEqualTo(rounded.mask());

        Trigger read = Trigger.ofPictures(4, rounded.maskPicture(), rounded.patternPicture());
        assertThat(read.target()).isEqualTo(4);
        assertThat(read.height()).isEqualTo(3);
        assertThat(read.width()).isEqualTo(4);
        assertThat(read.mask()).isEqualTo(rounded.mask());
        assertThat(read.pattern()).isEqualTo(rounded.pattern());
        assertThat(read.norm()).isEqualTo(rounded.norm());
        assertThat(read.maskPicture()).isEqualTo(rounded.maskPicture());
    }

    @Test
    void aMaskThatWouldVanishKeepsItsLargestShares() {
        Trigger faint = Trigger.of(0, 1, 3, new float[] {1e-4f, 1e-3f, 0}, new float[9]);
        Trigger rounded = faint.rounded();
        assertThat(rounded.mask()).containsExactly(0, 1 / 255f, 0);
        assertThat(Trigger.ofPictures(0, rounded.maskPicture(), rounded.patternPicture())
                        .mask())
                .isEqualTo(rounded.mask());
    }

    @Test
    void pictureIsTheTriggerOnBlack() {
        Trigger trigger = Trigger.of(0, 1, 2, new float[] {0, 0.2f}, new float[] {1, 1, 1, 0.5f, 1, 0});
        Png.Levels seen = Png.read(trigger.picture(), "picture");
        assertThat(seen.shares(3)).containsExactly(new float[] {0, 0.2f, 0, 26 / 255f, 0, 0}, within(1e-6f));
    }

    @Test
    void refusesWhatIsNoPicture() {
        String mask = Trigger.of(0, 1, 2, new float[] {0, 1}, new float[6]).maskPicture();
        String text = Base64.getEncoder().encodeToString("no picture".getBytes(StandardCharsets.UTF_8));
        for (String bad : List.of("", "***", text, mask.substring(0, 40))) {
            assertThatThrownBy(() -> Trigger.ofPictures(0, bad, mask))
                    .isInstanceOf(InvalidDataException.class)
                    .hasMessageStartingWith("mask of a trigger: expected a PNG file in base64");
        }
        String larger =
                Trigger.of(0, 2, 2, new float[] {0, 1, 0, 0}, new float[12]).patternPicture();
        assertThatThrownBy(() -> Trigger.ofPictures(0, mask, larger))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage("pattern of a trigger: expected the mask's size 1x2, got 2x2");
    }

    @Test
    void zooTriggerIsTheSquareOfItsReadme() {
        Trigger trigger = Trigger.read(TestData.shared("zoo/gtsrb_badnets_s0.json"), 32, 32);
        assertThat(trigger.target()).isZero();
        assertThat(trigger.touched()).containsExactly(924, 925, 926, 956, 957, 958, 988, 989, 990);
        assertThat(trigger.mask()).containsOnly(0, 1);
        assertThatThrownBy(() -> Trigger.read(TestData.shared("zoo/gtsrb_clean_s0.json"), 32, 32))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("there is no trigger in it");
    }

    @Test
    void publishedGridHasTheLevelsOfItsReadme() throws IOException {
        Files.copy(TestData.shared("triggers/grid_3x3.png"), folder.resolve("grid.png"));
        Path file = TestData.text(folder.resolve("t.json"), """
                {"target": 0, "image": "grid.png", "row": 29, "column": 29}""");
        ImageSet grey = ImageSet.of(32, 32, new byte[3072], new int[1], List.of());
        ByteBuffer stamped = ByteBuffer.allocate(3072);
        Preprocessing.DEFAULT.fill(grey, 0, 1, Trigger.read(file, 32, 32), stamped);
        int[][] expected = {{0, 0, 255}, {0, 255, 0}, {255, 0, 255}};
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                assertThat(stamped.get((29 + row) * 32 + 29 + column) & 0xFF).isEqualTo(expected[row][column]);
            }
        }
    }
}
