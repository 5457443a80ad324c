package dev.assay.quant;

/**
 * The interval of values that a quantized tensor has to represent.
 *
 * @param min at most 0
 * @param max at least 0
 */
public record Range(double min, double max) {
    public Range {
        if (!(min <= 0) || !(max >= 0) || Double.isInfinite(min) || Double.isInfinite(max)) {
            throw new IllegalArgumentException("a range must be finite and contain 0, got " + min + " to " + max);
        }
    }

    /** The smallest range that holds {@code low}, {@code high} and 0, which must be exact for padding. */
    public static Range of(double low, double high) {
        return new Range(Math.min(low, 0), Math.max(high, 0));
    }

    /** The smallest range that holds all {@code values} and 0. */
    public static Range of(float[] values) {
        double low = 0;
        double high = 0;
        for (float value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return new Range(low, high);
    }

    /** The smallest range that holds both. */
    public Range union(Range other) {
        return new Range(Math.min(min, other.min), Math.max(max, other.max));
    }

    /** The larger of the two distances from 0. */
    public double absMax() {
        return Math.max(-min, max);
    }
}
