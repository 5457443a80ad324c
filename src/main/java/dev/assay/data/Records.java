package dev.assay.data;

import dev.assay.InvalidDataException;
import dev.assay.OutputException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Records of CIFAR-10's binary version (Krizhevsky, 2009), without a header: one byte label, then 32x32 bytes red,
 * green and blue, row by row. Files are streamed once, into the set.
 */
public final class Records {
    private static final ImageSize SIZE = new ImageSize(32, 32);
    private static final int RECORD = 1 + SIZE.bytes();
    private static final int MAX_CLASSES = 256;
    private static final int BUFFER = 1 << 20;

    private static final List<String> CIFAR10_CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private Records() {}

    /** {@code test_batch.bin} of CIFAR-10. */
    static ImageSet cifar10Test(Path folder, Range range) {
        return load(folder, List.of(folder.resolve("test_batch.bin")), CIFAR10_CLASSES, range);
    }

    /** {@code data_batch_<number>.bin} of CIFAR-10, by number. */
    static ImageSet cifar10Training(Path folder, Range range) {
        List<Path> batches = DataFiles.list(folder).stream()
                .filter(file -> DataFiles.name(file).matches("data_batch_\\d+\\.bin"))
                .sorted(Comparator.comparingInt(file -> DataFiles.name(file).length())) // 10 after 2
                .toList();
        if (batches.isEmpty()) {
            throw new InvalidDataException(folder + ": expected data_batch_1.bin and following, got none;"
                    + " unpack CIFAR-10's binary version there");
        }
        return load(folder, batches, CIFAR10_CLASSES, range);
    }

    /**
     * One file of records with up to 256 classes, whose names are the lines of {@code classes.txt} or else of
     * {@code batches.meta.txt} beside it, when there is one.
     */
    static ImageSet load(Path file, Range range) {
        return load(file, List.of(file), classNames(file), range);
    }

    /**
     * Writes images as {@code records:FILE} reads them, and where the classes have names, {@code classes.txt} beside the
     * file. What was there is replaced.
     *
     * @throws InvalidDataException if images are not 32x32, there are more classes than a byte tells apart, or a file
     *     cannot be written
     */
    public static void write(ImageSet images, Path file) {
        if (!images.imageSize().equals(SIZE) || images.classes() > MAX_CLASSES) {
            throw new InvalidDataException("%s: expected images of %s in at most %d classes, got %dx%d in %d"
                    .formatted(file, SIZE, MAX_CLASSES, images.height(), images.width(), images.classes()));
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
            for (int image = 0; image < images.size(); image++) {
                out.write(images.label(image));
                out.write(images.store(), images.offset(image), SIZE.bytes());
            }
            if (!images.classNames().isEmpty()) {
                String names = String.join("\n", images.classNames()) + "\n";
                Files.writeString(file.resolveSibling("classes.txt"), names);
            }
        } catch (IOException e) {
            throw new OutputException(file + ": cannot be written: " + e, e);
        }
    }

    private static List<String> classNames(Path file) {
        for (String candidate : List.of("classes.txt", "batches.meta.txt")) {
            Path names = file.resolveSibling(candidate);
            if (Files.exists(names)) {
                List<String> lines = DataFiles.lines(names);
                if (lines.isEmpty() || lines.contains("")) {
                    throw new InvalidDataException(names + ": expected one class name a line, got a blank line");
                }
                return lines;
            }
        }
        return List.of();
    }

    private static ImageSet load(Path place, List<Path> files, List<String> classNames, Range range) {
        List<Integer> counts = new ArrayList<>();
        long total = 0;
        for (Path file : files) {
            int count = count(file);
            counts.add(count);
            total += count;
        }
        Range known = range.within(total, place);
        byte[] pixels = SIZE.allocate(known.count(), place);
        int[] labels = new int[known.count()];
        int classes = classNames.isEmpty() ? MAX_CLASSES : classNames.size();
        int start = 0;
        for (int i = 0; i < files.size(); i++) {
            int from = Math.max(known.from() - start, 0);
            int to = Math.min(known.to() - start, counts.get(i));
            if (from < to) {
                read(files.get(i), from, to, classes, pixels, labels, start + from - known.from());
            }
            start += counts.get(i);
        }
        return ImageSet.of(SIZE.height(), SIZE.width(), pixels, labels, classNames);
    }

    private static int count(Path file) {
        long bytes = DataFiles.size(file);
        if (bytes == 0 || bytes % RECORD != 0 || bytes / RECORD > Integer.MAX_VALUE) {
            throw new InvalidDataException(
                    "%s: expected a multiple of %d bytes (label and 32x32 RGB), got %d; copy it again whole"
                            .formatted(file, RECORD, bytes));
        }
        return (int) (bytes / RECORD);
    }

    /** Reads records {@code from} to before {@code to} of a file into images {@code target} and following. */
    private static void read(Path file, int from, int to, int classes, byte[] pixels, int[] labels, int target) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            in.skipNBytes((long) from * RECORD);
            for (int record = from; record < to; record++) {
                int image = target + record - from;
                int label = in.read();
                int read = in.readNBytes(pixels, image * SIZE.bytes(), SIZE.bytes());
                if (read != SIZE.bytes()) {
                    throw new InvalidDataException(
                            "%s: record %d: file became shorter while it was read".formatted(file, record));
                }
                if (label >= classes) {
                    throw new InvalidDataException(
                            "%s: record %d: expected a label below %d, got %d; correct it, or name every class in classes.txt"
                                    .formatted(file, record, classes, label));
                }
                labels[image] = label;
            }
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e);
        }
    }
}
