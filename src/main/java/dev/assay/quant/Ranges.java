package dev.assay.quant;

/** Ranges chosen from histograms. */
final class Ranges {
    /** Percent of the values kept; ONNX Runtime's Python tool keeps as many. */
    static final double PERCENTILE = 99.999;

    /** Levels of the quantized distribution in the entropy search. */
    private static final int LEVELS = 256;

    /** Candidate ranges tried by the searches, from a quarter of the full range upwards. */
    private static final int CANDIDATES = 96;

    private Ranges() {}

    /** Cuts off half the allowed share at either end. */
    static Range percentile(Histogram histogram) {
        double cut = histogram.total() * (1 - PERCENTILE / 100) / 2;
        int low = 0;
        for (double below = histogram.count(0); below <= cut && low < Histogram.BINS - 1; ) {
            below += histogram.count(++low);
        }
        int high = Histogram.BINS - 1;
        for (double above = histogram.count(high); above <= cut && high > low; ) {
            above += histogram.count(--high);
        }
        Range full = histogram.range();
        double width = histogram.binWidth();
        return Range.of(
                Math.max(full.min(), full.min() + low * width), Math.min(full.max(), full.min() + (high + 1) * width));
    }

    /** Shrinks both ends in proportion and keeps the range with the least error. */
    private static Range search(Histogram histogram, ErrorOf error) {
        Range best = histogram.range();
        double least = Double.POSITIVE_INFINITY;
        for (int i = CANDIDATES; i >= CANDIDATES / 4; i--) {
            double share = (double) i / CANDIDATES;
            Range candidate =
                    new Range(histogram.range().min() * share, histogram.range().max() * share);
            double found = error.of(histogram, candidate);
            if (found < least) {
                least = found;
                best = candidate;
            }
        }
        return best;
    }

    @FunctionalInterface
    private interface ErrorOf {
        double of(Histogram histogram, Range range);
    }

    static Range meanSquaredError(Histogram histogram) {
        return search(histogram, Ranges::squaredError);
    }

    private static double squaredError(Histogram histogram, Range range) {
        AffineParams params = AffineParams.unsigned(range);
        double rounding = (double) params.scale() * params.scale() / 12;
        double sum = 0;
        for (int bin = 0; bin < Histogram.BINS; bin++) {
            double value = histogram.center(bin);
            double clipped = Math.max(params.realMin(), Math.min(params.realMax(), value));
            sum += histogram.count(bin) * ((value - clipped) * (value - clipped) + rounding);
        }
        return sum;
    }

    static Range entropy(Histogram histogram) {
        return search(histogram, Ranges::divergence);
    }

    /**
     * D(P ‖ Q) in nats: P is the histogram with what lies outside the range moved to its ends, Q the same mass spread
     * evenly over the occupied bins of each of 256 levels.
     */
    private static double divergence(Histogram histogram, Range range) {
        double width = histogram.binWidth();
        int from = (int) Math.round((range.min() - histogram.range().min()) / width);
        int to = Math.max(
                from + 1, (int) Math.round((range.max() - histogram.range().min()) / width));
        double[] inside = new double[to - from];
        double[] clipped = new double[to - from];
        for (int bin = 0; bin < Histogram.BINS; bin++) {
            int place = Math.max(0, Math.min(to - from - 1, bin - from));
            clipped[place] += histogram.count(bin);
            if (bin >= from && bin < to) {
                inside[place] += histogram.count(bin);
            }
        }
        return divergence(clipped, spread(inside));
    }

    private static double[] spread(double[] counts) {
        double[] spread = new double[counts.length];
        for (int level = 0; level < LEVELS; level++) {
            int from = (int) ((long) level * counts.length / LEVELS);
            int to = (int) ((long) (level + 1) * counts.length / LEVELS);
            double mass = 0;
            int occupied = 0;
            for (int i = from; i < to; i++) {
                mass += counts[i];
                occupied += counts[i] > 0 ? 1 : 0;
            }
            for (int i = from; i < to; i++) {
                spread[i] = counts[i] > 0 ? mass / occupied : 0;
            }
        }
        return spread;
    }

    private static double divergence(double[] p, double[] q) {
        double[] floored = new double[q.length];
        for (int i = 0; i < q.length; i++) {
            // A clipped tail can put mass where Q has none: one count there keeps the figure finite.
            floored[i] = p[i] > 0 ? Math.max(q[i], 1) : 0;
        }
        double massP = sum(p);
        double massQ = sum(floored);
        double divergence = 0;
        for (int i = 0; i < p.length; i++) {
            if (p[i] > 0) {
                divergence += p[i] / massP * Math.log(p[i] / massP / (floored[i] / massQ));
            }
        }
        return divergence;
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
