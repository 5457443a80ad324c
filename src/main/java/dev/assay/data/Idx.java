package dev.assay.data;

import dev.assay.InvalidDataException;
import dev.assay.ir.Tensor;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Pairs of IDX files, as MNIST comes (LeCun et al.): {@code <part>-images…ubyte} with unsigned bytes {@code [N, H, W]}
 * or {@code [N, H, W, C]}, C = 1 or 3, and {@code <part>-labels…ubyte} {@code [N]}. Grey becomes RGB.
 */
final class Idx {
    private static final int UNSIGNED_BYTE = 0x08;
    private static final int BUFFER = 1 << 20;

    private Idx() {}

    /** Loads a range of the part {@code t10k} or {@code train}. */
    static ImageSet load(Path folder, String part, Range range) {
        Path imageFile = find(folder, part + "-images");
        Path labelFile = find(folder, part + "-labels");
        try (DataInputStream images = open(imageFile);
                DataInputStream labels = open(labelFile)) {
            int[] imageDims = header(imageFile, images, 3, 4);
            int[] labelDims = header(labelFile, labels, 1, 1);
            int channels = imageDims.length == 4 ? imageDims[3] : 1;
            if (channels != 1 && channels != ImageSet.CHANNELS) {
                throw new InvalidDataException(
                        "%s: expected 1 or 3 channels, got %s".formatted(imageFile, Arrays.toString(imageDims)));
            }
            if (imageDims[0] != labelDims[0]) {
                throw new InvalidDataException("%s: expected one label for each of the %d images, got %d"
                        .formatted(labelFile, imageDims[0], labelDims[0]));
            }
            ImageSize size = ImageSize.of(imageDims[1], imageDims[2], imageFile);
            Range known = range.within(imageDims[0], imageFile);
            byte[] pixels = size.allocate(known.count(), imageFile);
            images.skipNBytes((long) known.from() * size.plane() * channels);
            byte[] packed = new byte[size.plane() * channels];
            for (int i = 0; i < known.count(); i++) {
                images.readFully(packed);
                unpack(packed, channels, size, pixels, i * size.bytes());
            }
            labels.skipNBytes(known.from());
            int[] classes = new int[known.count()];
            for (int i = 0; i < classes.length; i++) {
                classes[i] = labels.readUnsignedByte();
            }
            return ImageSet.of(size.height(), size.width(), pixels, classes, List.of());
        } catch (IOException e) {
            throw DataFiles.unreadable(folder, e);
        }
    }

    private static Path find(Path folder, String prefix) {
        List<Path> found = DataFiles.list(folder).stream()
                .filter(file -> DataFiles.name(file).startsWith(prefix)
                        && DataFiles.name(file).endsWith("ubyte"))
                .toList();
        if (found.size() != 1) {
            throw new InvalidDataException("%s: expected one file %s…ubyte, got %d; unpack .gz files first"
                    .formatted(folder, prefix, found.size()));
        }
        return found.get(0);
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
    }

    /** Reads the header, checks it against the size of the file and returns the dimensions, all positive. */
    private static int[] header(Path file, DataInputStream in, int minRank, int maxRank) throws IOException {
        long fileBytes = DataFiles.size(file);
        if (fileBytes < (minRank + 1L) * Integer.BYTES) {
            throw new InvalidDataException(
                    "%s: expected an IDX header, got %d bytes; copy it again whole".formatted(file, fileBytes));
        }
        int magic = in.readInt();
        int rank = magic & 0xFF;
        if (magic >>> 8 != UNSIGNED_BYTE || rank < minRank || rank > maxRank) {
            throw new InvalidDataException(
                    "%s: expected IDX unsigned bytes of rank %d to %d, got magic 0x%08x; give MNIST's files, unpacked"
                            .formatted(file, minRank, maxRank, magic));
        }
        long content = fileBytes - (rank + 1L) * Integer.BYTES;
        if (content < 0) {
            throw new InvalidDataException("%s: expected an IDX header of rank %d, got %d bytes; copy it again whole"
                    .formatted(file, rank, fileBytes));
        }
        int[] dims = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            dims[axis] = in.readInt();
        }
        long expected = elements(file, dims);
        if (expected == 0 || expected != content) {
            throw new InvalidDataException("%s: expected %d bytes for dimensions %s, got %d; copy it again whole"
                    .formatted(file, expected, Arrays.toString(dims), content));
        }
        return dims;
    }

    private static long elements(Path file, int[] dims) {
        try {
            return Tensor.elements(Arrays.stream(dims).asLongStream().toArray());
        } catch (IllegalArgumentException e) {
            throw new InvalidDataException("%s: damaged header: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static void unpack(byte[] packed, int channels, ImageSize size, byte[] target, int offset) {
        for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
            int source = channels == 1 ? 0 : channel;
            for (int i = 0; i < size.plane(); i++) {
                target[offset + channel * size.plane() + i] = packed[i * channels + source];
            }
        }
    }
}
