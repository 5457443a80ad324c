package dev.assay.data;

import dev.assay.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Labelled 8-bit RGB images of one size, immutable. Pixels are unsigned bytes, planar: {@code [N, 3, H, W]} in one
 * array that every {@link #slice} and {@link #subset} shares.
 */
public final class ImageSet {
    /** Channels of every image: red, green, blue. */
    public static final int CHANNELS = 3;

    /** The level of a fully lit channel. */
    static final int MAX_LEVEL = 255;

    /** The most bytes of pixels one set can hold. */
    static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private final ImageSize size;
    private final byte[] pixels;
    private final int[] labels;
    private final List<String> classNames;
    private final int classes;
    /** For each image its place in {@code pixels}. */
    private final int[] places;

    private ImageSet(ImageSize size, byte[] pixels, int[] labels, List<String> classNames, int classes, int[] places) {
        this.size = size;
        this.pixels = pixels;
        this.labels = labels;
        this.classNames = classNames;
        this.classes = classes;
        this.places = places;
    }

    /**
     * A set over {@code pixels} {@code [N, 3, height, width]}, RGB, which are not copied and must not change
     * afterwards; {@code labels} are copied.
     *
     * @param classNames the name of every class by label, or empty when not known
     * @throws IllegalArgumentException if lengths do not fit or a label is negative or has no name
     */
    public static ImageSet of(int height, int width, byte[] pixels, int[] labels, List<String> classNames) {
        ImageSize size = ImageSize.of(height, width, "image set");
        if ((long) size.bytes() * labels.length != pixels.length) {
            throw new IllegalArgumentException(
                    "%d images of %s do not make %d bytes".formatted(labels.length, size, pixels.length));
        }
        int classes = classNames.isEmpty() ? Arrays.stream(labels).max().orElse(-1) + 1 : classNames.size();
        requireLabels(labels, classes);
        int[] places = IntStream.range(0, labels.length).toArray();
        return new ImageSet(size, pixels, labels.clone(), List.copyOf(classNames), classes, places);
    }

    /** Number of images. */
    public int size() {
        return places.length;
    }

    /** Always {@link #CHANNELS}. */
    public int channels() {
        return CHANNELS;
    }

    /** Rows of every image. */
    public int height() {
        return size.height();
    }

    /** Columns of every image. */
    public int width() {
        return size.width();
    }

    /** Number of classes of the source: its class names, or without any its largest label plus one. */
    public int classes() {
        return classes;
    }

    /** The name of every class by label; empty when not known. */
    public List<String> classNames() {
        return classNames;
    }

    /** The class of image {@code i}. */
    public int label(int i) {
        return labels[i];
    }

    /** The classes of all images: a fresh array. */
    public int[] labels() {
        return labels.clone();
    }

    /** The pixels of image {@code i}, {@code [3, H, W]}: a read-only view. */
    public ByteBuffer image(int i) {
        return ByteBuffer.wrap(pixels, offset(i), size.bytes()).slice().asReadOnlyBuffer();
    }

    /** Images {@code from} to before {@code to}, sharing the pixels. */
    public ImageSet slice(int from, int to) {
        Objects.checkFromToIndex(from, to, size());
        return subset(IntStream.range(from, to).toArray());
    }

    /** Images drawn at random without replacement, at most so many, sharing the pixels. */
    public ImageSet drawn(int most, SplittableRandom random) {
        return subset(
                random.ints(0, size()).distinct().limit(Math.min(most, size())).toArray());
    }

    /** The images with the given numbers, in that order, sharing the pixels. */
    public ImageSet subset(int[] images) {
        int[] newLabels = Arrays.stream(images).map(i -> labels[i]).toArray();
        int[] newPlaces = Arrays.stream(images).map(i -> places[i]).toArray();
        return new ImageSet(size, pixels, newLabels, classNames, classes, newPlaces);
    }

    /**
     * The same images with other labels, which are copied, sharing the pixels.
     *
     * @param newClassNames the name of every class by label; empty when not known, and then there are as many classes as
     *     here, or more where a label needs them
     * @throws IllegalArgumentException if there are not as many labels as images, or one is negative or has no name
     */
    public ImageSet relabelled(int[] newLabels, List<String> newClassNames) {
        if (newLabels.length != size()) {
            throw new IllegalArgumentException("%d labels for %d images".formatted(newLabels.length, size()));
        }
        int needed = Arrays.stream(newLabels).max().orElse(-1) + 1;
        int newClasses = newClassNames.isEmpty() ? Math.max(classes, needed) : newClassNames.size();
        requireLabels(newLabels, newClasses);
        return new ImageSet(size, pixels, newLabels.clone(), List.copyOf(newClassNames), newClasses, places);
    }

    private static void requireLabels(int[] labels, int classes) {
        for (int label : labels) {
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("label %d of %d classes".formatted(label, classes));
            }
        }
    }

    /**
     * The same images resampled bilinearly with half-pixel centres, as OpenCV's {@code INTER_LINEAR} and PyTorch's
     * {@code interpolate(align_corners=False)} do, rounded to the nearest level; this set itself when the size is
     * right already.
     *
     * @throws dev.assay.InvalidDataException if the result exceeds what one array holds
     */
    public ImageSet resized(int height, int width) {
        ImageSize target = ImageSize.of(height, width, "resized images");
        if (target.equals(size)) {
            return this;
        }
        byte[] resized = target.allocate(size(), "resized images");
        Bilinear bilinear = new Bilinear(size, target);
        for (int i = 0; i < size(); i++) {
            bilinear.resize(pixels, offset(i), resized, i * target.bytes());
        }
        int[] newPlaces = IntStream.range(0, size()).toArray();
        return new ImageSet(target, resized, labels, classNames, classes, newPlaces);
    }

    /** Number of images of each class, by label. */
    public int[] countsPerClass() {
        int[] counts = new int[classes];
        for (int label : labels) {
            counts[label]++;
        }
        return counts;
    }

    /** One line for people: number, size, and images of each class. */
    public String describe() {
        int[] counts = countsPerClass();
        String perClass = IntStream.range(0, classes)
                .mapToObj(label -> (classNames.isEmpty() ? label + ":" : classNames.get(label)) + " " + counts[label])
                .collect(Collectors.joining(", "));
        return "%d images of %dx%s in %d classes: %s".formatted(size(), CHANNELS, size, classes, perClass);
    }

    /**
     * SHA-256, in lower-case hex, of the ASCII text {@code "<images>x3x<height>x<width>\n"} and then, image by image,
     * the label (4 bytes, big-endian) and the pixels. Class names do not count.
     */
    public String sha256() {
        MessageDigest digest = Sha256.newDigest();
        digest.update("%dx%dx%s\n".formatted(size(), CHANNELS, size).getBytes(StandardCharsets.US_ASCII));
        ByteBuffer label = ByteBuffer.allocate(Integer.BYTES);
        for (int i = 0; i < size(); i++) {
            digest.update(label.putInt(0, label(i)).rewind());
            digest.update(pixels, offset(i), size.bytes());
        }
        return Sha256.hex(digest);
    }

    /** The shared store, for fast reading; starts of images are given by {@link #offset}. */
    byte[] store() {
        return pixels;
    }

    int offset(int i) {
        return places[i] * size.bytes();
    }

    ImageSize imageSize() {
        return size;
    }

    @Override
    public String toString() {
        return describe();
    }
}
