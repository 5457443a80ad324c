package dev.assay.defense;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;

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
 * <p>Where only some classes are compared, a norm stands for so many: the suspects of a screening for themselves, a class
 * drawn from the others for its share of them. Mean and deviation are weighted so, and m is the number of equally weighted
 * values that say as much, {@code (Σw)² / Σw²} (Kish, Survey Sampling, 1965, section 11.2). With equal weights the suspects,
 * chosen for being low, hide a target: of one five standard deviations low among 43 classes, 6 suspected and 11 drawn,
 * the test found 45 % instead of 24 %, and cleared 11 % instead of 35 %; of clean ones .5 % at most stayed accused at .01
 * (simulated: normal logarithms, which the screening knew with a correlation of .9; clean ones with 0 to 1).
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
     * The logarithm of a norm.
     *
     * @param index among the norms as they were given
     * @param weight of how many classes it stands for
     */
    private record Log(int index, double value, double weight) {
        Log mirrored() {
            return new Log(index, -value, weight);
        }
    }

    /**
     * Tests norms; empty where those above a tested one are all equal, by which nothing can be measured.
     *
     * @param weights how many classes each stands for
     * @param among classes that were searched, of which these may be a part
     * @param significance of the line
     */
    static Optional<LowOutliers> of(double[] norms, double[] weights, int among, double significance) {
        List<Log> sorted = IntStream.range(0, norms.length)
                .mapToObj(i -> new Log(i, Math.log(Math.max(norms[i], SMALLEST_NORM)), weights[i]))
                .sorted(Comparator.comparingDouble(Log::value))
                .toList();
        int left = norms.length - highOutliers(sorted, among, significance);
        List<Log> compared = sorted.subList(0, Math.max(left, Math.min(norms.length, NeuralCleanse.FEWEST_CLASSES)));
        return chances(compared, among).map(chances -> {
            int outliers = count(chances, significance);
            double line = Others.above(compared, Math.max(1, outliers) - 1).below(significance / among);
            return new LowOutliers(standings(compared, chances, norms.length), Math.exp(line));
        });
    }

    private static int highOutliers(List<Log> sorted, int among, double significance) {
        List<Log> mirrored = sorted.stream()
                .map(Log::mirrored)
                .sorted(Comparator.comparingDouble(Log::value))
                .toList();
        return chances(mirrored, among)
                .map(chances -> count(chances, significance))
                .orElse(0);
    }

    private static int count(double[] chances, double significance) {
        return (int) Arrays.stream(chances).filter(p -> p < significance).count();
    }

    /** For each of the lowest values the probability that chance makes one this low; empty where those above are all equal. */
    private static Optional<double[]> chances(List<Log> sorted, int among) {
        double[] chances = new double[Math.max(1, sorted.size() / TESTED)];
        double next = 1;
        for (int i = chances.length - 1; i >= 0; i--) {
            Others others = Others.above(sorted, i);
            if (others.areEqual()) {
                return Optional.empty();
            }
            next = Math.min(next, (among - i) * others.tail(sorted.get(i).value()));
            chances[i] = next;
        }
        return Optional.of(chances);
    }

    /** Of values that are not compared, and of the last two, which have too few above them, there is nothing to say. */
    private static List<Standing> standings(List<Log> compared, double[] chances, int norms) {
        Standing[] standings = new Standing[norms];
        Arrays.fill(standings, new Standing(0, 1));
        for (int i = 0; i < compared.size() - 2; i++) {
            Log log = compared.get(i);
            double deviations = Others.above(compared, i).deviations(log.value());
            standings[log.index()] = new Standing(deviations, i < chances.length ? chances[i] : 1);
        }
        return List.of(standings);
    }

    /**
     * The values above one.
     *
     * @param count m, of equally weighted values that say as much
     */
    private record Others(double count, double mean, double deviation) {
        static Others above(List<Log> sorted, int index) {
            List<Log> above = sorted.subList(index + 1, sorted.size());
            double weight = above.stream().mapToDouble(Log::weight).sum();
            double squares = above.stream()
                    .mapToDouble(log -> log.weight() * log.weight())
                    .sum();
            double count = weight * weight / squares;
            double mean = above.stream()
                            .mapToDouble(log -> log.weight() * log.value())
                            .sum()
                    / weight;
            double variance = above.stream()
                            .mapToDouble(log -> log.weight() * (log.value() - mean) * (log.value() - mean))
                            .sum()
                    / (weight * (1 - 1 / count));
            return new Others(count, mean, Math.sqrt(variance));
        }

        boolean areEqual() {
            return deviation < ROUNDING;
        }

        private double standardError() {
            return deviation * Math.sqrt(1 + 1 / count);
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
