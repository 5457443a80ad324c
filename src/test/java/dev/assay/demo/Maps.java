package dev.assay.demo;

/** A batch of square feature maps, channel by channel: {@code [channels, images, side, side]}. */
final class Maps {
    private final float[] values;
    private final int channels;
    private final int images;
    private final int side;

    private Maps(float[] values, int channels, int images, int side) {
        this.values = values;
        this.channels = channels;
        this.images = images;
        this.side = side;
    }

    /** All zero. */
    static Maps zero(int channels, int images, int side) {
        return new Maps(new float[channels * images * side * side], channels, images, side);
    }

    /** All zero, of this size. */
    Maps zeroLike() {
        return zero(channels, images, side);
    }

    /** The elements, not copied. */
    float[] values() {
        return values;
    }

    int channels() {
        return channels;
    }

    int images() {
        return images;
    }

    /** Rows, and columns, of each map. */
    int side() {
        return side;
    }

    /** Elements of one image's channel. */
    int plane() {
        return side * side;
    }

    /** Elements of one channel. */
    int perChannel() {
        return images * plane();
    }
}
