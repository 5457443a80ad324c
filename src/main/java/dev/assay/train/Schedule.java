package dev.assay.train;

/** How the learning rate changes over a training, as a factor of its peak. */
public enum Schedule {
    /**
     * Smith and Topin (2019), as PyTorch's {@code OneCycleLR} with cosine annealing: up from a small part of the peak,
     * then down to almost nothing.
     */
    ONE_CYCLE("one-cycle") {
        @Override
        double factor(double step, double steps) {
            double top = Math.max(0, RISE * steps - 1);
            return step < top
                    ? between(START, 1, step / top)
                    : between(1, START * END, (step - top) / Math.max(1, steps - 1 - top));
        }
    },
    /** Half a cosine from the peak to 0 (Loshchilov and Hutter, ICLR 2017, eq. 5, without restarts). */
    COSINE("cosine") {
        @Override
        double factor(double step, double steps) {
            return between(1, 0, step / steps);
        }
    },
    /** The peak throughout. */
    CONSTANT("constant") {
        @Override
        double factor(double step, double steps) {
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
        return peak * factor((double) step, (double) steps);
    }

    /** The share of the peak. */
    abstract double factor(double step, double steps);

    private static double between(double from, double to, double share) {
        return to + (from - to) * (1 + StrictMath.cos(Math.PI * share)) / 2;
    }
}
