package dev.assay.runtime;

import dev.assay.data.Preprocessing.Layout;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What goes into an image classifier and what comes out.
 *
 * @param input name of the image input
 * @param type its element type, FLOAT or UINT8
 * @param layout order of its axes
 * @param height of its images, in pixels
 * @param width of its images, in pixels
 * @param output name of the output that holds a score for each class
 * @param classes number of classes
 * @param probabilities whether the output's rows are probabilities rather than logits
 * @param logits the value before the closing Softmax, or the output itself where there is none
 * @param featuresValue the value that the last product before the logits reads; null when that is the input itself
 * @param fixedBatch the only batch the model declares; empty when it is free
 */
public record ClassifierPorts(
        String input,
        DataType type,
        Layout layout,
        int height,
        int width,
        String output,
        int classes,
        boolean probabilities,
        String logits,
        @Nullable String featuresValue,
        OptionalLong fixedBatch) {
    /** Colour channels of an image. */
    public static final int CHANNELS = 3;

    /** The penultimate features, which the defenses that look at representations read. */
    public Optional<String> features() {
        return Optional.ofNullable(featuresValue);
    }

    /** The input's shape for a batch. */
    public long[] inputShape(long batch) {
        return layout == Layout.NCHW
                ? new long[] {batch, CHANNELS, height, width}
                : new long[] {batch, height, width, CHANNELS};
    }

    /** Bytes of an image in the input. */
    public int imageBytes() {
        return Math.toIntExact(Tensor.elements(inputShape(1)) * type.bits() / Byte.SIZE);
    }

    /** The batch to run with, when {@code wanted} images at a time would be best. */
    public int batch(int wanted) {
        return (int) fixedBatch.orElse(wanted);
    }
}
