package dev.assay.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Small sets and files for tests, and the way to the shared data where it is there. */
final class TestData {
    static final int RECORD = 3073;

    private TestData() {}

    /** A set whose pixel bytes count up, so that every one is told from its neighbours; labels are i modulo classes. */
    static ImageSet counting(int images, int height, int width, int classes) {
        byte[] pixels = new byte[images * 3 * height * width];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        int[] labels = new int[images];
        for (int i = 0; i < images; i++) {
            labels[i] = i % classes;
        }
        return ImageSet.of(height, width, pixels, labels, List.of());
    }

    /** CIFAR records with the given labels; all pixels of record i are {@code i}. */
    static byte[] records(int... labels) {
        byte[] records = new byte[labels.length * RECORD];
        for (int i = 0; i < labels.length; i++) {
            Arrays.fill(records, i * RECORD, (i + 1) * RECORD, (byte) i);
            records[i * RECORD] = (byte) labels[i];
        }
        return records;
    }

    /** Writes a text, making the folders above it. */
    static Path text(Path file, String content) throws IOException {
        return bytes(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes, making the folders above it. */
    static Path bytes(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.write(file, content);
    }

    /** A binary PPM of one colour. */
    static byte[] ppm(int height, int width, int red, int green, int blue) {
        byte[] header = "P6\n%d %d\n255\n".formatted(width, height).getBytes(StandardCharsets.US_ASCII);
        byte[] ppm = Arrays.copyOf(header, header.length + 3 * height * width);
        for (int i = header.length; i < ppm.length; i += 3) {
            ppm[i] = (byte) red;
            ppm[i + 1] = (byte) green;
            ppm[i + 2] = (byte) blue;
        }
        return ppm;
    }

    /** A file or folder of the shared data; the test is skipped, visibly, where it is not there. */
    static Path shared(String name) {
        Path path = Path.of("../shared/data").resolve(name);
        assumeTrue(Files.exists(path), () -> "needs " + path);
        return path;
    }
}
