package dev.assay.runtime;

import java.nio.ByteBuffer;

/** Images in the form a model takes: preprocessed, in its layout and element type. */
public interface ImageSource {
    /** Number of images. */
    int size();

    /**
     * Writes images into a session's buffer.
     *
     * @param from index of the first image
     * @param count number of images, all there
     * @param out native-order buffer of at least {@code count} images, written from its start
     */
    void fill(int from, int count, ByteBuffer out);
}
