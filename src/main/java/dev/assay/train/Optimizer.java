package dev.assay.train;

import java.util.List;

/** Changes parameters along their gradients. Keeps state of its own for each parameter. */
interface Optimizer {
    /**
     * Changes one parameter.
     *
     * @param parameter its number
     * @param values its values, changed in place
     * @param gradient of the loss
     * @param rate learning rate
     * @param step number of this step, from 0
     */
    void update(int parameter, float[] values, float[] gradient, double rate, long step);

    /** All that updates depend on beside their arguments: the arrays themselves, for a checkpoint to save and to fill. */
    List<float[]> state();
}
