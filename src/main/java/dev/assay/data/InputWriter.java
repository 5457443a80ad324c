package dev.assay.data;

import java.nio.Buffer;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes images as a model's input. Each image is built in an array, since array loops run fastest, and put at once. */
final class InputWriter {

    private final Preprocessing preprocessing;
    private final ImageSet set;
    private final @Nullable Trigger trigger;
    private final byte[] store;
    private final int plane;
    private final int channelStride;
    private final int pixelStride;

    InputWriter(Preprocessing preprocessing, ImageSet set, @Nullable Trigger trigger) {
        if (trigger != null) {
            trigger.requireSize(set.imageSize());
        }
        this.preprocessing = preprocessing;
        this.set = set;
        this.trigger = trigger;
        store = set.store();
        plane = set.imageSize().plane();
        channelStride = preprocessing.layout().channelStride(plane);
        pixelStride = preprocessing.layout().pixelStride();
    }

    void write(int from, int count, FloatBuffer out) {
        checkRoom(from, count, out);
        float[][] elements = elementsByLevel();
        float[] input = new float[set.imageSize().bytes()];
        for (int image = from; image < from + count; image++) {
            for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                look(elements[channel], source(image, channel), input, channel * channelStride);
                if (trigger != null) {
                    stamp(trigger, channel, source(image, channel), input);
                }
            }
            out.put(input);
        }
    }

    void write(int from, int count, ByteBuffer out) {
        checkRoom(from, count, out);
        byte[] input = new byte[set.imageSize().bytes()];
        for (int image = from; image < from + count; image++) {
            for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                copy(source(image, channel), input, channel * channelStride);
                if (trigger != null) {
                    stamp(trigger, channel, source(image, channel), input);
                }
            }
            out.put(input);
        }
    }

    private void checkRoom(int from, int count, Buffer out) {
        Objects.checkFromIndexSize(from, count, set.size());
        if (out.remaining() / set.imageSize().bytes() < count) {
            throw new BufferOverflowException();
        }
    }

    /** For each channel of the input, what each level becomes. */
    private float[][] elementsByLevel() {
        float[][] elements = new float[ImageSet.CHANNELS][ImageSet.MAX_LEVEL + 1];
        for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
            for (int level = 0; level <= ImageSet.MAX_LEVEL; level++) {
                elements[channel][level] =
                        (float) preprocessing.channel(channel).apply(level);
            }
        }
        return elements;
    }

    /** Where the pixels of an image for a channel of the input start in the store. */
    private int source(int image, int channel) {
        return set.offset(image) + preprocessing.order().source(channel) * plane;
    }

    private void look(float[] elements, int source, float[] input, int target) {
        for (int pixel = 0; pixel < plane; pixel++) {
            input[target + pixel * pixelStride] = elements[store[source + pixel] & 0xFF];
        }
    }

    private void copy(int source, byte[] input, int target) {
        for (int pixel = 0; pixel < plane; pixel++) {
            input[target + pixel * pixelStride] = store[source + pixel];
        }
    }

    private void stamp(Trigger stamped, int channel, int source, float[] input) {
        Preprocessing.OfChannel ofChannel = preprocessing.channel(channel);
        int colour = preprocessing.order().source(channel);
        for (int pixel : stamped.touched()) {
            double level = stamped.blend(colour, pixel, store[source + pixel] & 0xFF);
            input[channel * channelStride + pixel * pixelStride] = (float) ofChannel.apply(level);
        }
    }

    private void stamp(Trigger stamped, int channel, int source, byte[] input) {
        int colour = preprocessing.order().source(channel);
        for (int pixel : stamped.touched()) {
            double level = stamped.blend(colour, pixel, store[source + pixel] & 0xFF);
            input[channel * channelStride + pixel * pixelStride] = (byte) Math.round(level);
        }
    }
}
