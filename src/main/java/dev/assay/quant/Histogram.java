package dev.assay.quant;

import java.nio.FloatBuffer;

/** Counts of a tensor's values in equal bins over a range fixed in advance; memory does not grow with the data. */
final class Histogram {
    static final int BINS = 2048;

    private final Range range;
    private final long[] counts = new long[BINS];

    Histogram(Range range) {
        this.range = range;
    }

    /** Counts every value from the buffer's position to its limit; values outside the range go to the outermost bins. */
    void add(FloatBuffer values) {
        float low = (float) range.min();
        float perBin = (float) (BINS / Math.max(range.max() - range.min(), Double.MIN_NORMAL));
        int to = values.limit();
        for (int i = values.position(); i < to; i++) {
            int bin = (int) ((values.get(i) - low) * perBin);
            counts[Math.max(0, Math.min(BINS - 1, bin))]++;
        }
    }

    /** The counts of both, over the same range. */
    Histogram plus(Histogram other) {
        Histogram sum = new Histogram(range);
        for (int bin = 0; bin < BINS; bin++) {
            sum.counts[bin] = counts[bin] + other.counts[bin];
        }
        return sum;
    }

    Range range() {
        return range;
    }

    double binWidth() {
        return (range.max() - range.min()) / BINS;
    }

    /** The middle of a bin. */
    double center(int bin) {
        return range.min() + (bin + 0.5) * binWidth();
    }

    long count(int bin) {
        return counts[bin];
    }

    long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }
}
