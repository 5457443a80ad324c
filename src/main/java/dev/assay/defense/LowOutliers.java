package dev.assay.defense;

import dev.assay.defense.OtherNorms.Log;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

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
 * drawn from the others for its share of them; and what the screening promised of all classes tells how widely those
 * spread that were not searched to the end: see {@link OtherNorms}. Of a target five standard deviations low among 43
 * classes, 6 suspected and 11 drawn, the test finds 92 % where the screening foretells norms with a correlation of .9,
 * 72 % with .7 and 58 % with .5, and clears .1, 3 and 11 %; comparing all finds 99 %. With equal weights, and without
 * what the screening promised, it found 24 % and cleared 35 %, for the suspects, chosen for being low, hid the target. Of
 * clean ones .8 % at most are accused at .01 (simulated: normal logarithms, correlations of 0 to 1). That is where all
 * compared classes have a norm: where more than a fifth of all have none, by their weights, only the weights count.
 *
 * @param standings where each class stands, by number
 * @param line the norm below which one is an outlier
 */
record LowOutliers(Map<Integer, Standing> standings, double line) {
    /** One in so many norms, at most, can be told from the others. */
    private static final int TESTED = 4;

    /** One level of one pixel: no mask of an 8-bit image is smaller but the empty one. */
    private static final double SMALLEST_NORM = 1.0 / 255;

    /** Where norms of more classes are missing, those that are there say little of how a screening foretells them. */
    private static final double MOST_MISSING = 0.2;

    /** Logarithms that differ by less are equal but for rounding. */
    private static final double ROUNDING = 1e-9;

    LowOutliers {
        standings = Collections.unmodifiableMap(new TreeMap<>(standings));
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
     * @param norms by class, some of those in the sample
     * @param significance of the line
     */
    static Optional<LowOutliers> of(Map<Integer, Double> norms, ClassSample sample, double significance) {
        return new Test(sample, significance).of(norms);
    }

    /** One test. */
    private record Test(ClassSample sample, double significance) {
        Optional<LowOutliers> of(Map<Integer, Double> norms) {
            List<Log> rising = rising(norms.entrySet().stream()
                    .map(entry -> log(entry.getKey(), Math.log(Math.max(entry.getValue(), SMALLEST_NORM)))));
            int left = rising.size() - highOutliers(rising);
            List<Log> compared =
                    rising.subList(0, Math.max(left, Math.min(norms.size(), NeuralCleanse.FEWEST_CLASSES)));
            double[] scoresOfOthers = scoresOfOthers(norms.keySet());
            return chances(compared, scoresOfOthers).map(chances -> {
                double line = above(compared, Math.max(1, count(chances)) - 1, scoresOfOthers)
                        .below(significance / sample.classes());
                return new LowOutliers(standings(rising, compared, chances, scoresOfOthers), Math.exp(line));
            });
        }

        /** None where too few norms are known: those that are missing are missing for being large. */
        private double[] scoresOfOthers(Set<Integer> known) {
            double share = known.stream().mapToDouble(sample::weight).sum() / sample.classes();
            return share < 1 - MOST_MISSING ? new double[0] : sample.scoresOfOthers();
        }

        private Log log(int target, double value) {
            return new Log(target, value, sample.weight(target), sample.score(target));
        }

        private static List<Log> rising(Stream<Log> logs) {
            return logs.sorted(Comparator.comparingDouble(Log::value)).toList();
        }

        /** Told from the searches alone: a screening does not foretell which of them come to nothing. */
        private int highOutliers(List<Log> rising) {
            return chances(rising(rising.stream().map(Log::mirrored)), new double[0])
                    .map(this::count)
                    .orElse(0);
        }

        private int count(double[] chances) {
            return (int) Arrays.stream(chances).filter(p -> p < significance).count();
        }

        private static OtherNorms above(List<Log> rising, int index, double[] scoresOfOthers) {
            return OtherNorms.of(rising.subList(index + 1, rising.size()), scoresOfOthers);
        }

        /** For each of the lowest values the probability that chance makes one this low; empty where those above are all equal. */
        private Optional<double[]> chances(List<Log> rising, double[] scoresOfOthers) {
            double[] chances = new double[Math.max(1, rising.size() / TESTED)];
            double next = 1;
            for (int i = chances.length - 1; i >= 0; i--) {
                OtherNorms others = above(rising, i, scoresOfOthers);
                if (others.standardError() < ROUNDING) {
                    return Optional.empty();
                }
                next = Math.min(
                        next, (sample.classes() - i) * others.tail(rising.get(i).value()));
                chances[i] = next;
            }
            return Optional.of(chances);
        }

        /** Of values that are not compared, and of the last two, which have too few above them, there is nothing to say. */
        private Map<Integer, Standing> standings(
                List<Log> rising, List<Log> compared, double[] chances, double[] scoresOfOthers) {
            Map<Integer, Standing> standings = new TreeMap<>();
            rising.forEach(log -> standings.put(log.target(), new Standing(0, 1)));
            for (int i = 0; i < compared.size() - 2; i++) {
                Log log = compared.get(i);
                double deviations = above(compared, i, scoresOfOthers).deviations(log.value());
                standings.put(log.target(), new Standing(deviations, i < chances.length ? chances[i] : 1));
            }
            return standings;
        }
    }
}
