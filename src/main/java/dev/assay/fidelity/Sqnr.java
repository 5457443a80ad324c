package dev.assay.fidelity;

/** Signal-to-quantization-noise ratio of one value, summed up batch by batch. Not thread-safe. */
final class Sqnr {
    /** What stands for a ratio without noise; without signal it is the negative of it. */
    static final double CAP_DB = 200;

    private double signal;
    private double noise;

    /** Adds one element of the reference and of the deployment. */
    void add(double reference, double deployed) {
        signal += reference * reference;
        noise += (reference - deployed) * (reference - deployed);
    }

    /**
     * {@code 10 log10(Σ reference² / Σ (reference - deployed)²)}, within ±{@link #CAP_DB}: the cap where nothing
     * differs, its negative where an element is not finite.
     */
    double decibels() {
        if (noise == 0) {
            return CAP_DB;
        }
        double decibels = 10 * Math.log10(signal / noise);
        return Double.isNaN(decibels) ? -CAP_DB : Math.max(-CAP_DB, Math.min(CAP_DB, decibels));
    }
}
