package dev.assay.grad;

/**
 * The loss of several triggers on a deployment: for each trigger the mean cross-entropy of stamped images towards the
 * trigger's target; and the gradient of the objective, which is the loss plus the mask's weighted norm. Not thread-safe.
 */
public interface TriggerLoss extends AutoCloseable {
    /** K: the most triggers that one evaluation takes. */
    int slots();

    /** b: images that each trigger is evaluated on. */
    int imagesPerSlot();

    /** How the gradient is had. */
    Estimator estimator();

    /** Reads the inputs of a batch of at most K triggers and fills its outputs. */
    void evaluate(TriggerBatch batch);

    /** Like {@link #evaluate}, but the gradients may be left as they were. */
    default void evaluateLosses(TriggerBatch batch) {
        evaluate(batch);
    }

    @Override
    void close();
}
