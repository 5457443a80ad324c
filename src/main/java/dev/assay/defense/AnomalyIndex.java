package dev.assay.defense;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.stream.IntStream;
import org.hipparchus.stat.StatUtils;

/**
 * How far below the others a norm lies, in consistent median absolute deviations: {@code (median − norm) / (1.4826 · MAD)}
 * (Wang et al., S&P 2019, section V).
 *
 * <p>The index that decides is that of the norms' logarithms, a deviation from the paper. Norms of clean classes differ by
 * factors, and have a tail of large ones: on the norms themselves it widens the deviation until a mask of 4 pixels among
 * masks of 11 to 400 is no outlier (measured).
 *
 * @param value the index of the norm's logarithm; NaN where the MAD is zero, by which nothing can be measured
 * @param lowest the lowest that leaving out one of the other classes makes of it; NaN where that makes the MAD zero
 * @param highest the highest; NaN likewise
 * @param linear the paper's index, of the norm itself; NaN where the MAD is zero
 */
record AnomalyIndex(double value, double lowest, double highest, double linear) {
    /** Makes the MAD of normally distributed values their standard deviation. */
    private static final double CONSISTENCY = 1.4826;

    /** One level of one pixel: no mask of an 8-bit image is smaller but the empty one. */
    private static final double SMALLEST_NORM = 1.0 / 255;

    /** The index of {@code norms[which]} among all. */
    static AnomalyIndex of(double[] norms, int which) {
        double[] logs = Arrays.stream(norms).map(AnomalyIndex::log).toArray();
        DoubleSummaryStatistics spread = IntStream.range(0, logs.length)
                .filter(other -> other != which)
                .mapToDouble(other -> index(without(logs, other), logs[which]))
                .summaryStatistics();
        return new AnomalyIndex(index(logs, logs[which]), spread.getMin(), spread.getMax(), index(norms, norms[which]));
    }

    /** The median of norms on the scale on which they are compared. */
    static double median(double[] norms) {
        return Math.exp(
                StatUtils.percentile(Arrays.stream(norms).map(AnomalyIndex::log).toArray(), 50));
    }

    private static double log(double norm) {
        return Math.log(Math.max(norm, SMALLEST_NORM));
    }

    private static double index(double[] values, double value) {
        double median = StatUtils.percentile(values, 50);
        double deviation = StatUtils.percentile(
                Arrays.stream(values).map(x -> Math.abs(x - median)).toArray(), 50);
        return deviation == 0 ? Double.NaN : (median - value) / (CONSISTENCY * deviation);
    }

    private static double[] without(double[] values, int left) {
        return IntStream.range(0, values.length)
                .filter(i -> i != left)
                .mapToDouble(i -> values[i])
                .toArray();
    }
}
