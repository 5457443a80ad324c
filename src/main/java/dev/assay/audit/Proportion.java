package dev.assay.audit;

import org.hipparchus.distribution.continuous.BetaDistribution;

/**
 * How often something happened, with the exact confidence interval (Clopper and Pearson 1934) of its probability.
 *
 * @param successes how often it happened
 * @param trials how often it could have
 * @param rate share, 0 to 1; NaN without trials
 * @param low lower bound of the interval, 0 to 1; NaN without trials
 * @param high upper bound
 */
public record Proportion(int successes, int trials, double rate, double low, double high) {
    /** The interval holds the probability at least this often. */
    public static final double CONFIDENCE = 0.95;

    private static final double TAIL = (1 - CONFIDENCE) / 2;

    /**
     * Counts become a proportion.
     *
     * @throws IllegalArgumentException unless {@code 0 <= successes <= trials}
     */
    public static Proportion of(int successes, int trials) {
        if (successes < 0 || successes > trials) {
            throw new IllegalArgumentException("%d successes of %d trials".formatted(successes, trials));
        }
        if (trials == 0) {
            return new Proportion(0, 0, Double.NaN, Double.NaN, Double.NaN);
        }
        return new Proportion(
                successes,
                trials,
                (double) successes / trials,
                successes == 0 ? 0 : quantile(successes, trials - successes + 1, TAIL),
                successes == trials ? 1 : quantile(successes + 1, trials - successes, 1 - TAIL));
    }

    /** Hipparchus has the interval too, but fails where all trials or none succeed and loses successes to rounding. */
    private static double quantile(int alpha, int beta, double probability) {
        return new BetaDistribution(alpha, beta).inverseCumulativeProbability(probability);
    }
}
