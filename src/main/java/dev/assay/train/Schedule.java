package dev.assay.train;

/** How the learning rate changes over a training, as a factor of its peak. */
public enum Schedule {
    /**
     * Smith and Topin (2019), in the form of PyTorch's {@code OneCycleLR} with cosine annealing: up from a small part of
     * the peak, then down to almost nothing.
     */
    ONE_CYCLE("one-cycle") {
        @Override
        double factor(double progress) {
            return progress < RISE
                    ? between(START, 1, progress / RISE)
                    : between(1, START * END, (progress - RISE) / (1 - RISE));
        }
    },
    /** Half a cosine from the peak to 0 (Loshchilov and Hutter, ICLR 2017, eq. 5, without restarts). */
    COSINE("cosine") {
        @Override
        double factor(double progress) {
            return between(1, 0, progress);
        }
    },
    /** The peak throughout. */
    CONSTANT("constant") {
        @Override
        double factor(double progress) {
            return 1;
        }
    };

    private static final double RISE = 0.3;
    private static final double START = 1.0 / 25;
    private static final double END = 1e-4;

    private final String id;

    Schedule(String id) {
        this.id = id;
    }

    /** The name on the command line. */
    public String id() {
        return id;
    }

    /**
     * The rate of one step.
     *
     * @param peak the highest rate
     * @param step from 0
     * @param steps of the whole training
     */
    public double rate(double peak, long step, long steps) {
        return peak * factor(steps > 1 ? (double) step / (steps - 1) : 0);
    }

    /**
     * The share of the peak.
     *
     * @param progress 0 at the first step, 1 at the last
     */
    abstract double factor(double progress);

    private static double between(double from, double to, double share) {
        return to + (from - to) * (1 + StrictMath.cos(Math.PI * share)) / 2;
    }
}
