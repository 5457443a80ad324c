package dev.assay.defense;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;

/**
 * What is known of the normal distribution that the logarithms of classes' norms have, for telling whether another norm is
 * one of them.
 *
 * @param mean estimated
 * @param standardError of a further value's difference to the mean
 * @param degrees of freedom of the standard error
 */
record OtherNorms(double mean, double standardError, double degrees) {
    /** A line that is fitted to fewer values runs through them whatever they are. */
    private static final int FEWEST_TO_FIT = 5;

    /** Scores that spread by less are equal but for rounding. */
    private static final double ROUNDING = 1e-9;

    /**
     * The logarithm of a norm.
     *
     * @param target the class it is of
     * @param value the logarithm
     * @param weight of how many classes it stands for
     * @param score of the class's screening
     */
    record Log(int target, double value, double weight, double score) {
        Log mirrored() {
            return new Log(target, -value, weight, score);
        }
    }

    /**
     * From the norms of all other classes, or of a sample of them.
     *
     * <p>With a sample, this is two-phase sampling with a regression estimator (Cochran, Sampling Techniques, 1977, section
     * 12.6): scores z from the screening are known of the sample and of classes whose norms are not, logarithms y only of the
     * sample; the line {@code y = a + b·z} is fitted to it by weighted least squares. With z̄ and var(z) of both together
     * the mean is {@code a + b·z̄}, and the variance {@code b²·var(z)} with that of the residuals. The effective sample size
     * is {@code n = (Σw)² / Σw²} (Kish, Survey Sampling, 1965, section 11.2). Degrees of freedom are Satterthwaite's
     * (Biometrics 1946), from the variances of var(z), of b, and of the residuals' variance. The better the screening
     * foretold norms, the closer this comes to knowing all of them.
     *
     * @param sample one norm or more
     * @param scoresOfOthers of the classes whose norms are not known; none to go by the sample alone
     */
    static OtherNorms of(List<Log> sample, double[] scoresOfOthers) {
        Sample known = new Sample(sample);
        return scoresOfOthers.length == 0 || known.size < FEWEST_TO_FIT || known.spread < ROUNDING
                ? known.alone()
                : known.completedBy(scoresOfOthers);
    }

    /** Weighted means of a sample. */
    private static final class Sample {
        private final List<Log> logs;
        private final double weight;
        private final double size;
        private final double value;
        private final double score;
        private final double spread;

        Sample(List<Log> logs) {
            this.logs = logs;
            this.weight = logs.stream().mapToDouble(Log::weight).sum();
            this.size = weight / mean(Log::weight);
            this.value = mean(Log::value);
            this.score = mean(Log::score);
            this.spread = mean(log -> square(log.score() - score));
        }

        private double mean(ToDoubleFunction<Log> of) {
            return logs.stream()
                            .mapToDouble(log -> log.weight() * of.applyAsDouble(log))
                            .sum()
                    / weight;
        }

        OtherNorms alone() {
            double variance = mean(log -> square(log.value() - value)) * size / (size - 1);
            return new OtherNorms(value, Math.sqrt(variance + variance / size), size - 1);
        }

        OtherNorms completedBy(double[] scoresOfOthers) {
            double[] scores = DoubleStream.concat(
                            DoubleStream.of(scoresOfOthers), logs.stream().mapToDouble(Log::score))
                    .toArray();
            double variance = StatUtils.variance(scores);
            double shift = StatUtils.mean(scores) - score;
            double slope = mean(log -> (log.score() - score) * (log.value() - value)) / spread;
            double explained = square(slope) * variance;
            double residual =
                    mean(log -> square(log.value() - value - slope * (log.score() - score))) * size / (size - 2);
            // Variances of the slope, of the mean, and of the variance.
            double ofSlope = residual / (size * spread);
            double ofMean = residual / size + ofSlope * square(shift) + explained / scores.length;
            double halfOfVariance = square(explained) / (scores.length - 1)
                    + 2 * explained * variance * ofSlope
                    + square(residual) / (size - 2);
            return new OtherNorms(
                    value + slope * shift,
                    Math.sqrt(explained + residual + ofMean),
                    square(explained + residual) / halfOfVariance);
        }

        private static double square(double x) {
            return x * x;
        }
    }

    /** How many standard errors a value lies below the mean. */
    double deviations(double value) {
        return (mean - value) / standardError;
    }

    /** The probability that one of them lies as low. */
    double tail(double value) {
        return new TDistribution(degrees).cumulativeProbability(-deviations(value));
    }

    /** The value that is this improbable, or a lower one. */
    double below(double probability) {
        return mean + new TDistribution(degrees).inverseCumulativeProbability(probability) * standardError;
    }
}
