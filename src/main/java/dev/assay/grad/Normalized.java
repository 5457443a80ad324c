package dev.assay.grad;

/** A value brought to mean 0 and variance 1 over some axes: {@code (x - mean) · scale}. */
final class Normalized {
    private final Step step;
    private final long[] axes;
    private final String normalized;
    private final String scale;

    private Normalized(Step step, long[] axes, String normalized, String scale) {
        this.step = step;
        this.axes = axes;
        this.normalized = normalized;
        this.scale = scale;
    }

    /** Writes the nodes that normalize {@code x}, its scale {@code 1 / √(variance + ε)}. */
    static Normalized of(Step s, String x, double epsilon, long... axes) {
        String centered = s.sub(x, s.mean(x, axes));
        String variance = s.mean(s.square(centered), axes);
        String scale = s.call("Reciprocal", s.call("Sqrt", s.add(variance, s.scalar(epsilon))));
        return new Normalized(s, axes.clone(), s.mul(centered, scale), scale);
    }

    String normalized() {
        return normalized;
    }

    /** The gradient of x from that of the normalized value: scale · (dy - mean dy - normalized · mean (dy · normalized)). */
    String pulledBack(String dy) {
        String along = step.mul(normalized, step.mean(step.mul(dy, normalized), axes));
        return step.mul(scale, step.sub(step.sub(dy, step.mean(dy, axes)), along));
    }
}
