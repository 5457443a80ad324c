package dev.assay.grad;

/**
 * The loss of several triggers on a deployment, and its gradient: for each trigger the mean cross-entropy of stamped
 * images towards the trigger's target. Not thread-safe.
 */
public interface TriggerLoss extends AutoCloseable {
    /** K: triggers that are evaluated at once. */
    int slots();

    /** b: images that each trigger is evaluated on at once. */
    int imagesPerSlot();

    /** How the gradient is had. */
    Estimator estimator();

    /** Reads the batch's inputs and fills its outputs. */
    void evaluate(TriggerBatch batch);

    @Override
    void close();
}
