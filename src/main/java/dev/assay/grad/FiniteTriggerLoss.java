package dev.assay.grad;

import dev.assay.InvalidModelException;

/**
 * A loss that a search may follow: an evaluation that does not give numbers ends it, instead of making masks of them. It
 * closes the loss that it checks.
 *
 * @param loss what is checked
 * @param place the artifact's name in error messages
 */
record FiniteTriggerLoss(TriggerLoss loss, String place) implements TriggerLoss {
    @Override
    public int slots() {
        return loss.slots();
    }

    @Override
    public int imagesPerSlot() {
        return loss.imagesPerSlot();
    }

    @Override
    public Estimator estimator() {
        return loss.estimator();
    }

    /**
     * Evaluates a batch.
     *
     * @throws InvalidModelException if a loss or an element of a gradient is NaN or infinite
     */
    @Override
    public void evaluate(TriggerBatch batch) {
        loss.evaluate(batch);
        int plane = batch.plane();
        for (int slot = 0; slot < batch.slots(); slot++) {
            int target = batch.targets()[slot];
            require("loss", batch.losses(), slot, 1, target);
            require("gradient", batch.maskGradients(), slot, plane, target);
            require("gradient", batch.patternGradients(), slot, 3 * plane, target);
        }
    }

    private void require(String what, float[] values, int slot, int length, int target) {
        for (int i = slot * length; i < (slot + 1) * length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new InvalidModelException(
                        "%s: expected a finite %s on images with a trigger to class %d, got %s; look for what overflows, or divides by zero, on such images"
                                .formatted(place, what, target, values[i]));
            }
        }
    }

    @Override
    public void close() {
        loss.close();
    }
}
