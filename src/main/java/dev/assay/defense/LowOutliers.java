package dev.assay.defense;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;

/**
 * Which norms lie below the others by more than chance: the generalized extreme Studentized deviate test (Rosner,
 * Technometrics 1983) of the lower tail, on logarithms, since norms of clean classes differ by factors.
 *
 * <p>The lowest norms are tested one after the other, each against all above it: with m of those,
 * {@code (mean − x) / (s · √(1 + 1/m))} has Student's t distribution with m − 1 degrees of freedom if x is one of them, and
 * its tail is taken as often as there are classes that could have been the lowest (Grubbs, Technometrics 1969). As many
 * norms are outliers as the last significant test says, so that two targets do not hide each other.
 *
 * <p>Norms that are outliers of the upper tail by the same test are not compared: their searches came to nothing, and how
 * widely the classes differ cannot be told from them. One of 363 pixels beside nine of 12 to 57 hid the lowest, a backdoor's
 * (p .68 with it, .03 without); in 216 other recorded comparisons there was none. Five are compared in any case.
 *
 * <p>More targets than a quarter of the classes hide each other: the lowest of four norms is tested against the others.
 *
 * @param standings for each norm where it stands
 * @param line the norm below which one is an outlier
 */
record LowOutliers(List<Standing> standings, double line) {
    /** One in so many norms, at most, can be told from the others. */
    private static final int TESTED = 4;

    /** One level of one pixel: no mask of an 8-bit image is smaller but the empty one. */
    private static final double SMALLEST_NORM = 1.0 / 255;

    /** Logarithms that differ by less are equal but for rounding. */
    private static final double ROUNDING = 1e-9;

    LowOutliers {
        standings = List.copyOf(standings);
    }

    /**
     * Where a norm stands.
     *
     * @param deviations how far it lies below those above it, in units of its standard error
     * @param p the probability that chance makes a norm this low; 1 for those that are not tested
     */
    record Standing(double deviations, double p) {}

    /**
     * Tests norms; empty where those above a tested one are all equal, by which nothing can be measured.
     *
     * @param among classes that were searched, of which these may be a part
     * @param significance of the line
     */
    static Optional<LowOutliers> of(double[] norms, int among, double significance) {
        double[] logs = Arrays.stream(norms)
                .map(norm -> Math.log(Math.max(norm, SMALLEST_NORM)))
                .toArray();
        int[] rising = IntStream.range(0, logs.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> logs[i]))
                .mapToInt(i -> i)
                .toArray();
        double[] sorted = Arrays.stream(rising).mapToDouble(i -> logs[i]).toArray();
        int left = sorted.length - highOutliers(sorted, among, significance);
        double[] compared =
                Arrays.copyOf(sorted, Math.max(left, Math.min(sorted.length, NeuralCleanse.FEWEST_CLASSES)));
        return chances(compared, among).map(chances -> {
            int outliers = count(chances, significance);
            double line = Others.above(compared, Math.max(1, outliers) - 1).below(significance / among);
            return new LowOutliers(standings(compared, chances, rising), Math.exp(line));
        });
    }

    private static int highOutliers(double[] sorted, int among, double significance) {
        double[] mirrored = IntStream.rangeClosed(1, sorted.length)
                .mapToDouble(i -> -sorted[sorted.length - i])
                .toArray();
        return chances(mirrored, among)
                .map(chances -> count(chances, significance))
                .orElse(0);
    }

    private static int count(double[] chances, double significance) {
        return (int) Arrays.stream(chances).filter(p -> p < significance).count();
    }

    /** For each of the lowest values the probability that chance makes one this low; empty where those above are all equal. */
    private static Optional<double[]> chances(double[] sorted, int among) {
        double[] chances = new double[Math.max(1, sorted.length / TESTED)];
        double next = 1;
        for (int i = chances.length - 1; i >= 0; i--) {
            Others others = Others.above(sorted, i);
            if (others.areEqual()) {
                return Optional.empty();
            }
            next = Math.min(next, (among - i) * others.tail(sorted[i]));
            chances[i] = next;
        }
        return Optional.of(chances);
    }

    /** Of values that are not compared, and of the last two, which have too few above them, there is nothing to say. */
    private static List<Standing> standings(double[] compared, double[] chances, int[] rising) {
        Standing[] standings = new Standing[rising.length];
        for (int i = 0; i < rising.length; i++) {
            double deviations =
                    i < compared.length - 2 ? Others.above(compared, i).deviations(compared[i]) : 0;
            standings[rising[i]] = new Standing(deviations, i < chances.length ? chances[i] : 1);
        }
        return List.of(standings);
    }

    /** The values above one. */
    private record Others(int count, double mean, double deviation) {
        static Others above(double[] sorted, int index) {
            double[] above = Arrays.copyOfRange(sorted, index + 1, sorted.length);
            return new Others(above.length, StatUtils.mean(above), Math.sqrt(StatUtils.variance(above)));
        }

        boolean areEqual() {
            return deviation < ROUNDING;
        }

        private double standardError() {
            return deviation * Math.sqrt(1 + 1.0 / count);
        }

        double deviations(double value) {
            return (mean - value) / standardError();
        }

        private TDistribution distribution() {
            return new TDistribution(count - 1);
        }

        /** The probability that one of them lies as low. */
        double tail(double value) {
            return distribution().cumulativeProbability(-deviations(value));
        }

        /** The value that is this improbable, or a lower one. */
        double below(double probability) {
            return mean + distribution().inverseCumulativeProbability(probability) * standardError();
        }
    }
}
