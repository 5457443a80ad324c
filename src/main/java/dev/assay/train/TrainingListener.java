package dev.assay.train;

/** Told how a training goes. */
public interface TrainingListener {
    /** Tells nobody. */
    TrainingListener NONE = new TrainingListener() {
        @Override
        public void stepped(int epoch, int step, int steps, double loss, double accuracy) {}

        @Override
        public void epochEnded(Epoch epoch) {}
    };

    /**
     * A training starts; one with rounding may follow another.
     *
     * @param epochs that it will have
     */
    default void started(int epochs) {}

    /**
     * A step is done.
     *
     * @param epoch from 0
     * @param step from 1, of this epoch
     * @param steps of an epoch
     * @param loss mean over the epoch so far
     * @param accuracy share of this epoch's images so far that were classified as labelled, augmented as they were
     */
    void stepped(int epoch, int step, int steps, double loss, double accuracy);

    /** An epoch is done, and its checkpoint is written where there is to be one. */
    void epochEnded(Epoch epoch);
}
