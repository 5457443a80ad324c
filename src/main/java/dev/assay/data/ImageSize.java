package dev.assay.data;

import dev.assay.InvalidDataException;

/** Height and width of images, in pixels; made by {@link #of}, so that one image fits into an array. */
record ImageSize(int height, int width) {
    /** The largest image read: a file with more pixels is taken for a decompression bomb. */
    private static final long MAX_PIXELS = 1L << 26;

    /** A size that was read in or asked for at {@code place}. */
    static ImageSize of(int height, int width, Object place) {
        if (height < 1 || width < 1 || (long) height * width > MAX_PIXELS) {
            throw new InvalidDataException(
                    "%s: expected images of 1 to %d pixels, got %dx%d".formatted(place, MAX_PIXELS, height, width));
        }
        return new ImageSize(height, width);
    }

    /** Pixels of one channel. */
    int plane() {
        return height * width;
    }

    /** Bytes of one RGB image. */
    int bytes() {
        return ImageSet.CHANNELS * plane();
    }

    /** A zeroed store for {@code count} images of this size. */
    byte[] allocate(int count, Object source) {
        long bytes = (long) ImageSet.CHANNELS * height * width * count;
        if (bytes > ImageSet.MAX_BYTES) {
            throw new InvalidDataException(("%s: expected at most %d bytes of pixels, got %d images of %s, %d bytes;"
                            + " take fewer with #from..to")
                    .formatted(source, ImageSet.MAX_BYTES, count, this, bytes));
        }
        return new byte[(int) bytes];
    }

    @Override
    public String toString() {
        return height + "x" + width;
    }
}
