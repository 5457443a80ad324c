package dev.assay.defense;

/** How an unbounded parameter becomes a share between 0 and 1. */
enum Squash {
    /** {@code tanh θ / (2 + 1e-7) + 1/2}, as Neural Cleanse's authors have it: no share, and so no mask, vanishes. */
    TANH {
        @Override
        double value(double theta) {
            return Math.tanh(theta) / (2 + 1e-7) + 0.5;
        }

        @Override
        double slope(double value) {
            return 2 * value * (1 - value);
        }

        @Override
        double inverse(double value) {
            return logit(value) / 2;
        }
    },
    /** {@code 1 / (1 + e^−θ)}. */
    SIGMOID {
        @Override
        double value(double theta) {
            return 1 / (1 + Math.exp(-theta));
        }

        @Override
        double slope(double value) {
            return value * (1 - value);
        }

        @Override
        double inverse(double value) {
            return logit(value);
        }
    };

    private static final double MARGIN = 0.01;

    abstract double value(double theta);

    /** The derivative, from the value. */
    abstract double slope(double value);

    /** A parameter that gives {@code value}, or the nearest value that is {@link #MARGIN} off the limits. */
    abstract double inverse(double value);

    private static double logit(double value) {
        double inside = Math.min(1 - MARGIN, Math.max(MARGIN, value));
        return Math.log(inside / (1 - inside));
    }
}
