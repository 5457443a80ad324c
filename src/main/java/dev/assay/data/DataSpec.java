package dev.assay.data;

import static java.util.Map.entry;

import dev.assay.InvalidDataException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where images come from, as the command line says it: {@code kind:PATH} or {@code kind:PATH#from..to}.
 *
 * <p>Kinds: {@code folder} (a folder per class), {@code cifar10} and {@code cifar10-train} (binary version, test batch
 * and training batches), {@code gtsrb} and {@code gtsrb-train} (official layout, test and training images), {@code idx}
 * and {@code idx-train} (as MNIST: {@code t10k-*} and {@code train-*}), {@code records} (one file of 3073-byte CIFAR
 * records with any number of classes), {@code signs} (drawn traffic signs, in place of a path {@code train}, {@code test}
 * or a number that seeds them).
 *
 * @param kind the format, a key of the table above
 * @param path the folder or file
 * @param range which images to load; only these are read
 */
public record DataSpec(String kind, Path path, Range range) {
    @FunctionalInterface
    private interface Loader {
        /** Loads a range; formats whose images may differ in size bring them to {@code size}, or demand one size. */
        ImageSet load(Path path, Range range, @Nullable ImageSize size);
    }

    private static final Map<String, Loader> LOADERS = Map.ofEntries(
            entry("folder", ImageFolder::load),
            entry("cifar10", (path, range, size) -> Records.cifar10Test(path, range)),
            entry("cifar10-train", (path, range, size) -> Records.cifar10Training(path, range)),
            entry("gtsrb", Gtsrb::test),
            entry("gtsrb-train", Gtsrb::training),
            entry("idx", (path, range, size) -> Idx.load(path, "t10k", range)),
            entry("idx-train", (path, range, size) -> Idx.load(path, "train", range)),
            entry("records", (path, range, size) -> Records.load(path, range)),
            entry("signs", DrawnSigns::load));

    /**
     * A specification of a known kind.
     *
     * @throws InvalidDataException if the kind is unknown
     */
    public DataSpec {
        if (!LOADERS.containsKey(kind)) {
            throw new InvalidDataException("images: expected kind:PATH with kind one of %s, got kind '%s'"
                    .formatted(String.join(", ", new TreeSet<>(LOADERS.keySet())), kind));
        }
    }

    /**
     * Reads {@code kind:PATH} or {@code kind:PATH#from..to}; the last {@code #} starts the range. Nothing is opened.
     *
     * @throws InvalidDataException if the kind is unknown, the path is missing or impossible, or the range is no range
     */
    public static DataSpec parse(String text) {
        int colon = text.indexOf(':');
        int hash = text.lastIndexOf('#');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String path = text.substring(colon + 1, hash > colon ? hash : text.length());
        Range range = hash > colon ? Range.parse(text.substring(hash + 1)) : Range.ALL;
        try {
            DataSpec spec = new DataSpec(kind, Path.of(path), range);
            if (colon < 0 || path.isEmpty()) {
                throw new InvalidDataException("images: expected %s:PATH, got '%s'".formatted(kind, text));
            }
            return spec;
        } catch (InvalidPathException e) {
            throw new InvalidDataException("images: not a path: " + e.getMessage(), e);
        }
    }

    /**
     * Loads the images in their own size.
     *
     * @throws InvalidDataException if something is missing or damaged, the range is too long, or sizes differ
     */
    public ImageSet load() {
        return loader().load(path, range, null);
    }

    /**
     * Loads the images, resampled to the given size where they have another, as {@link ImageSet#resized} does.
     *
     * @throws InvalidDataException if something is missing or damaged or the range is too long
     */
    public ImageSet load(int height, int width) {
        return loader().load(path, range, ImageSize.of(height, width, this)).resized(height, width);
    }

    private Loader loader() {
        Loader loader = LOADERS.get(kind);
        if (loader == null) {
            throw new IllegalStateException("the constructor lets only known kinds through, got " + kind);
        }
        return loader;
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return kind + ":" + path + (range.equals(Range.ALL) ? "" : "#" + range);
    }
}
