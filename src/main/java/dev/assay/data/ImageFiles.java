package dev.assay.data;

import dev.assay.InvalidDataException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Labelled image files, each decoded once and put into one set. */
record ImageFiles(Path place, List<Entry> entries, List<String> classNames) {
    /** An image file and its class. */
    record Entry(Path file, int label) {}

    /** Loads a range of the files, resized to {@code wanted}; without it all must have one size already. */
    ImageSet load(Range range, @Nullable ImageSize wanted) {
        Range known = range.within(entries.size(), place);
        DecodedImage first = DecodedImage.read(entries.get(known.from()).file());
        ImageSize size = wanted == null ? first.size() : wanted;
        byte[] pixels = size.allocate(known.count(), place);
        int[] labels = new int[known.count()];
        for (int i = 0; i < known.count(); i++) {
            Entry entry = entries.get(known.from() + i);
            labels[i] = entry.label();
            DecodedImage image = i == 0 ? first : DecodedImage.read(entry.file());
            if (wanted == null && !image.size().equals(size)) {
                throw new InvalidDataException(
                        "%s: expected %s as the images before it, got %s; give the size to resize to"
                                .formatted(entry.file(), size, image.size()));
            }
            image.copyTo(pixels, i * size.bytes(), size);
        }
        return ImageSet.of(size.height(), size.width(), pixels, labels, classNames);
    }
}
