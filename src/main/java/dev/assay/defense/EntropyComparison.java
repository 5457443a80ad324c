package dev.assay.defense;

import java.util.Arrays;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.StatUtils;
import org.hipparchus.stat.inference.AlternativeHypothesis;
import org.hipparchus.stat.inference.BinomialTest;

/**
 * Do more judged inputs have a low entropy than clean ones do?
 *
 * @param mean of the clean entropies
 * @param deviation their standard deviation
 * @param threshold the quantile at the false rejection rate of the normal distribution with that mean and deviation
 * @param rejected judged inputs below the threshold
 * @param judged judged inputs
 * @param cleanShare the share of clean inputs to expect below the threshold: the false rejection rate or, if that is
 *     higher because entropies are not normal, the share that is really there
 * @param pValue of the exact one-sided binomial test that the judged inputs' share is no larger
 * @param undisturbed mean entropy of clean images without overlays
 */
record EntropyComparison(
        double mean,
        double deviation,
        double threshold,
        int rejected,
        int judged,
        double cleanShare,
        double pValue,
        double undisturbed) {
    private static final double SMALLEST_SPREAD = 1e-6;

    /**
     * Compares entropies under overlays.
     *
     * @param undisturbed entropies of clean images without overlays
     */
    static EntropyComparison of(double[] clean, double[] judged, double[] undisturbed, double falseRejectionRate) {
        double mean = StatUtils.mean(clean);
        double deviation = Math.sqrt(StatUtils.variance(clean));
        double threshold = mean + new NormalDistribution().inverseCumulativeProbability(falseRejectionRate) * deviation;
        int rejected = below(threshold, judged);
        double cleanShare = Math.max(falseRejectionRate, (double) below(threshold, clean) / clean.length);
        double pValue = new BinomialTest()
                .binomialTest(judged.length, rejected, cleanShare, AlternativeHypothesis.GREATER_THAN);
        return new EntropyComparison(
                mean, deviation, threshold, rejected, judged.length, cleanShare, pValue, StatUtils.mean(undisturbed));
    }

    private static int below(double threshold, double[] entropies) {
        return (int) Arrays.stream(entropies).filter(x -> x < threshold).count();
    }

    /** The share of judged inputs below the threshold. */
    double rejectedShare() {
        return (double) rejected / judged;
    }

    /**
     * Whether silence means nothing: an input that is not disturbed by overlays at all would not fall below the
     * threshold, or entropies do not vary.
     */
    boolean isBlind() {
        return threshold <= undisturbed || deviation < SMALLEST_SPREAD;
    }
}
