package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFilesTest {
    private static final int RED_GREEN_BLUE = 0x0A_80_F0;

    private final Path folder;

    ImageFilesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @CsvSource({"png, 0", "bmp, 0", "gif, 0", "ppm, 0", "jpg, 3"})
    void decodesEveryFormat(String format, int tolerance) throws IOException {
        write(folder.resolve("cat/1." + format), BufferedImage.TYPE_INT_RGB, RED_GREEN_BLUE, format);
        assertThat(firstPixel()[0]).isCloseTo(0x0A, Offset.offset(tolerance));
        assertThat(firstPixel()[1]).isCloseTo(0x80, Offset.offset(tolerance));
        assertThat(firstPixel()[2]).isCloseTo(0xF0, Offset.offset(tolerance));
    }

    static Stream<Arguments> coloursAsStored() {
        return Stream.of(
                Arguments.of(BufferedImage.TYPE_INT_ARGB, 0x400A80F0, new int[] {10, 128, 240}),
                Arguments.of(BufferedImage.TYPE_4BYTE_ABGR, 0x000A80F0, new int[] {10, 128, 240}),
                Arguments.of(BufferedImage.TYPE_3BYTE_BGR, 0xFF0A80F0, new int[] {10, 128, 240}),
                Arguments.of(BufferedImage.TYPE_BYTE_BINARY, 0xFFFFFFFF, new int[] {255, 255, 255}));
    }

    @ParameterizedTest
    @MethodSource("coloursAsStored")
    void keepsStoredColoursUnderTransparency(int type, int argb, int[] expected) throws IOException {
        write(folder.resolve("cat/1.png"), type, argb, "png");
        assertThat(firstPixel()).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
    void greyLevelsStayAsStored(int type) throws IOException {
        BufferedImage image = new BufferedImage(1, 1, type);
        image.getRaster().setSample(0, 0, 0, type == BufferedImage.TYPE_BYTE_GRAY ? 77 : 77 << 8 | 0xFF);
        Files.createDirectories(folder.resolve("cat"));
        ImageIO.write(image, "png", folder.resolve("cat/1.png").toFile());
        assertThat(firstPixel()).containsExactly(77, 77, 77);
    }

    @Test
    void sortsClassesByNumberWhenAllAreNumbersAndByNameOtherwise() throws IOException {
        for (String name : new String[] {"10", "9", "100"}) {
            TestData.bytes(folder.resolve("numbers").resolve(name).resolve("a.ppm"), TestData.ppm(1, 1, 1, 2, 3));
            TestData.bytes(folder.resolve("names").resolve(name).resolve("a.ppm"), TestData.ppm(1, 1, 1, 2, 3));
        }
        TestData.bytes(folder.resolve("names/x/a.ppm"), TestData.ppm(1, 1, 1, 2, 3));
        TestData.text(folder.resolve("names/README"), "beside the classes");
        TestData.text(folder.resolve("names/x/.hidden"), "hidden");
        ImageSet numbers = DataSpec.parse("folder:" + folder.resolve("numbers")).load();
        ImageSet names = DataSpec.parse("folder:" + folder.resolve("names")).load();
        assertThat(numbers.classNames()).containsExactly("9", "10", "100");
        assertThat(numbers.labels()).containsExactly(0, 1, 2);
        assertThat(names.classNames()).containsExactly("10", "100", "9", "x");
    }

    @Test
    void rangeCountsFilesClassByClassAndReadsNoOthers() throws IOException {
        TestData.text(folder.resolve("a/1.png"), "damaged");
        TestData.bytes(folder.resolve("a/2.ppm"), TestData.ppm(1, 1, 2, 2, 2));
        TestData.bytes(folder.resolve("b/1.ppm"), TestData.ppm(1, 1, 3, 3, 3));
        ImageSet set = DataSpec.parse("folder:" + folder + "#1..3").load();
        assertThat(set.labels()).containsExactly(0, 1);
        assertThat(set.image(1).get(0)).isEqualTo((byte) 3);
        assertThat(set.classNames()).containsExactly("a", "b");
    }

    @Test
    void differentSizesNeedOneToResizeTo() throws IOException {
        TestData.bytes(folder.resolve("a/1.ppm"), TestData.ppm(2, 3, 7, 8, 9));
        TestData.bytes(folder.resolve("a/2.ppm"), TestData.ppm(3, 2, 7, 8, 9));
        DataSpec spec = DataSpec.parse("folder:" + folder);
        assertInvalid(spec, "2.ppm: expected 2x3 as the images before it, got 3x2");
        ImageSet set = spec.load(3, 2);
        assertThat(set.image(0)).isEqualTo(set.image(1));
    }

    @Test
    void refusesFoldersThatHoldNoImages() throws IOException {
        assertInvalid(DataSpec.parse("folder:" + folder), "expected one folder per class, got no folder");
        Files.createDirectory(folder.resolve("cat"));
        assertInvalid(DataSpec.parse("folder:" + folder), "cat: expected images of one class, got an empty folder");
        Path file = TestData.text(folder.resolve("cat/notes.txt"), "no image");
        assertInvalid(DataSpec.parse("folder:" + folder), file + ": expected an image (PNG,", "remove it");
        assertInvalid(DataSpec.parse("folder:" + file), "expected a folder, got a file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif", "bmp", "ppm"})
    void refusesImagesCutShort(String format) throws IOException {
        Path file = folder.resolve("cat/1." + format);
        write(file, BufferedImage.TYPE_INT_RGB, RED_GREEN_BLUE, format);
        byte[] content = Files.readAllBytes(file);
        for (int length : new int[] {0, 4, 20, content.length / 2, content.length * 3 / 4}) {
            Files.write(file, Arrays.copyOf(content, length));
            assertInvalid(DataSpec.parse("folder:" + folder), file.toString());
        }
    }

    @Test
    void refusesDecompressionBombs() throws IOException {
        byte[] header = "P6\n100000 100000\n255\n".getBytes(StandardCharsets.US_ASCII);
        Path file = TestData.bytes(folder.resolve("cat/1.ppm"), header);
        assertInvalid(DataSpec.parse("folder:" + folder), file + ": expected images of 1 to", "got 100000x100000");
    }

    private int[] firstPixel() {
        ImageSet set = DataSpec.parse("folder:" + folder).load();
        int plane = set.height() * set.width();
        return IntStream.range(0, 3)
                .map(channel -> set.image(0).get(channel * plane) & 0xFF)
                .toArray();
    }

    private static void write(Path file, int type, int argb, String format) throws IOException {
        BufferedImage image = new BufferedImage(16, 16, type);
        image.setRGB(0, 0, 16, 16, IntStream.generate(() -> argb).limit(256).toArray(), 0, 16);
        Files.createDirectories(file.getParent());
        if (format.equals("ppm")) {
            Files.write(file, TestData.ppm(16, 16, argb >> 16 & 0xFF, argb >> 8 & 0xFF, argb & 0xFF));
        } else {
            assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
        }
    }

    private static void assertInvalid(DataSpec spec, String... message) {
        assertThatThrownBy(spec::load).isInstanceOf(InvalidDataException.class).hasMessageContainingAll(message);
    }
}
