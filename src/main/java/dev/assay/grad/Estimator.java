package dev.assay.grad;

/** How a gradient of a deployment is had. */
public enum Estimator {
    /** By differentiation of a float graph. */
    EXACT("exact"),
    /** By differentiation, where quantization passes gradients on inside its range and stops them at its limits. */
    STRAIGHT_THROUGH("straight-through"),
    /** From differences of the loss of the untouched artifact. */
    FINITE_DIFFERENCE("finite-difference");

    private final String id;

    Estimator(String id) {
        this.id = id;
    }

    /** The name in {@code audit.json}. */
    public String id() {
        return id;
    }
}
