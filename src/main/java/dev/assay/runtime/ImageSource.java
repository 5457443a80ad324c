package dev.assay.runtime;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.ir.DataType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;

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

    /** No images at all, for what needs none. */
    static ImageSource none() {
        return new ImageSource() {
            @Override
            public int size() {
                return 0;
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                throw new IllegalArgumentException("there are no images");
            }
        };
    }

    /**
     * Images of the size that the model takes.
     *
     * @param type of the model's input: FLOAT, or UINT8 for pixels as they are
     */
    static ImageSource of(ImageSet images, Preprocessing preprocessing, DataType type) {
        return new ImageSource() {
            @Override
            public int size() {
                return images.size();
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                if (type == DataType.UINT8) {
                    preprocessing.fill(images, from, count, out);
                } else {
                    preprocessing.fill(images, from, count, out.asFloatBuffer());
                }
            }
        };
    }

    /** As {@link #of(ImageSet, Preprocessing, DataType)}, with the trigger on every image. */
    static ImageSource of(ImageSet images, Preprocessing preprocessing, DataType type, Trigger trigger) {
        return new ImageSource() {
            @Override
            public int size() {
                return images.size();
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                if (type == DataType.UINT8) {
                    preprocessing.fill(images, from, count, trigger, out);
                } else {
                    preprocessing.fill(images, from, count, trigger, out.asFloatBuffer());
                }
            }
        };
    }

    /**
     * These images, with {@code reader} told how many have been read of the current pass over them.
     *
     * @param reader hears from whatever thread reads
     */
    default ImageSource heardBy(IntConsumer reader) {
        ImageSource images = this;
        return new ImageSource() {
            @Override
            public int size() {
                return images.size();
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                images.fill(from, count, out);
                reader.accept(from + count);
            }
        };
    }

    /** Images {@code from} to before {@code to}; nothing is copied. */
    default ImageSource slice(int from, int to) {
        Objects.checkFromToIndex(from, to, size());
        ImageSource whole = this;
        return new ImageSource() {
            @Override
            public int size() {
                return to - from;
            }

            @Override
            public void fill(int first, int count, ByteBuffer out) {
                whole.fill(from + first, count, out);
            }
        };
    }

    /**
     * The images of all parts, one part after the other; nothing is copied.
     *
     * @param imageBytes of an image as the model takes it
     */
    static ImageSource joined(List<ImageSource> parts, int imageBytes) {
        return new ImageSource() {
            @Override
            public int size() {
                return parts.stream().mapToInt(ImageSource::size).sum();
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                int first = 0;
                for (ImageSource part : parts) {
                    int start = Math.max(from, first);
                    int end = Math.min(from + count, first + part.size());
                    if (start < end) {
                        ByteBuffer there = out.slice((start - from) * imageBytes, (end - start) * imageBytes);
                        part.fill(start - first, end - start, there.order(out.order()));
                    }
                    first += part.size();
                }
            }
        };
    }
}
