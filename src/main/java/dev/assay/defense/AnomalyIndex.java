package dev.assay.defense;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.stream.IntStream;
import org.hipparchus.stat.StatUtils;

/**
 * How far below the others a norm lies, in consistent median absolute deviations: {@code (median − norm) / (1.4826 · MAD)}
 * (Wang et al., S&P 2019, section V). It is reported, not judged: see {@link LowOutliers}.
 *
 * @param value the index; NaN where the MAD is zero, by which nothing can be measured
 * @param lowest the lowest that leaving out one of the other classes makes of it; NaN where that makes the MAD zero
 * @param highest the highest; NaN likewise
 */
record AnomalyIndex(double value, double lowest, double highest) {
    /** Makes the MAD of normally distributed values their standard deviation. */
    private static final double CONSISTENCY = 1.4826;

    /** The index of {@code norms[which]} among all. */
    static AnomalyIndex of(double[] norms, int which) {
        DoubleSummaryStatistics spread = IntStream.range(0, norms.length)
                .filter(other -> other != which)
                .mapToDouble(other -> index(without(norms, other), norms[which]))
                .summaryStatistics();
        return new AnomalyIndex(index(norms, norms[which]), spread.getMin(), spread.getMax());
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
