package dev.assay.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Equal bins over an interval.
 *
 * @param low where the first begins
 * @param width of each
 */
record Histogram(double low, double width) {
    private static final int BINS = 40;

    /** Bins from {@code low} to {@code high}. */
    static Histogram over(double low, double high) {
        return new Histogram(low, (high - low) / BINS);
    }

    /** The lower bound of each bin, as text. */
    List<String> labels() {
        return IntStream.range(0, BINS)
                .mapToObj(bin -> String.format(Locale.ROOT, "%.2f", low + bin * width))
                .toList();
    }

    /** The share of the values in each bin; values beyond the last bin count there, those that are not finite nowhere. */
    List<Double> shares(List<Double> values) {
        double[] shares = new double[BINS];
        for (double value : values) {
            if (Double.isFinite(value)) {
                shares[Math.min(BINS - 1, (int) ((value - low) / width))] += 1.0 / values.size();
            }
        }
        return DoubleStream.of(shares).boxed().toList();
    }
}
