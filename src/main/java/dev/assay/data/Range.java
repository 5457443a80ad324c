package dev.assay.data;

import dev.assay.InvalidDataException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A half-open range of images, counted from 0 in the order of their source.
 *
 * @param from the first image
 * @param to the image after the last one, or {@link Integer#MAX_VALUE} for "to the end"
 */
public record Range(int from, int to) {
    /** Every image. */
    public static final Range ALL = new Range(0, Integer.MAX_VALUE);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");

    /**
     * A range that holds at least one image.
     *
     * @throws InvalidDataException if {@code from} is negative or not below {@code to}
     */
    public Range {
        if (from < 0 || from >= to) {
            throw new InvalidDataException(
                    "image range: expected from..to with 0 <= from < to, got %d..%d".formatted(from, to));
        }
    }

    /**
     * Reads {@code from..to}.
     *
     * @throws InvalidDataException if {@code text} is something else
     */
    public static Range parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidDataException("image range: expected from..to, as in 0..2000, got '" + text + "'");
        }
        return new Range(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** This range with its end known; {@code source}, which has {@code size} images, is named when it has too few. */
    Range within(long size, Object source) {
        if (!equals(ALL) && to > size) {
            throw new InvalidDataException(
                    "%s: expected at least %d images for the range %s, got %d; choose a smaller range"
                            .formatted(source, to, this, size));
        }
        if (size < 1) {
            throw new InvalidDataException(
                    source + ": expected images, got none; name the folder or file that holds some");
        }
        if (size >= Integer.MAX_VALUE) {
            throw new InvalidDataException(
                    "%s: expected at most %d images, got %d; split it".formatted(source, Integer.MAX_VALUE - 1, size));
        }
        return equals(ALL) ? new Range(0, (int) size) : this;
    }

    /** Number of images of a range whose end is known. */
    int count() {
        return to - from;
    }

    /** {@code from..to}, or {@code all}. */
    @Override
    public String toString() {
        return equals(ALL) ? "all" : from + ".." + to;
    }
}
