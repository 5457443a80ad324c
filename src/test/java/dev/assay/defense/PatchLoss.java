package dev.assay.defense;

import dev.assay.grad.Estimator;
import dev.assay.grad.TriggerBatch;
import dev.assay.grad.TriggerLoss;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The loss of a model that answers class t for images on which a patch of white pixels, t's own, is covered well enough;
 * how well differs from image to image. Gradients are exact.
 *
 * @param slots K
 * @param imagesPerSlot b
 * @param patch the pixels of a class's patch; none for a class that nothing leads to
 */
record PatchLoss(int slots, int imagesPerSlot, IntFunction<int[]> patch) implements TriggerLoss {
    private static final double STEEPNESS = 20;

    /** No patch: whatever the trigger, nothing is led anywhere, and gradients are zero. */
    static PatchLoss flat(int slots) {
        return new PatchLoss(slots, 4, target -> new int[0]);
    }

    @Override
    public Estimator estimator() {
        return Estimator.EXACT;
    }

    @Override
    public void evaluate(TriggerBatch batch) {
        Arrays.fill(batch.patternGradients(), 0);
        for (int slot = 0; slot < batch.slots(); slot++) {
            int plane = batch.plane();
            Arrays.fill(batch.maskGradients(), slot * plane, (slot + 1) * plane, batch.normWeights()[slot]);
            evaluate(batch, slot, patch.apply(batch.targets()[slot]));
        }
    }

    private void evaluate(TriggerBatch batch, int slot, int[] pixels) {
        double covered = 0;
        for (int pixel : pixels) {
            covered += mask(batch, slot, pixel) * white(batch, slot, pixel) / pixels.length;
        }
        double loss = 0;
        double slope = 0;
        int hits = 0;
        for (int i = slot * imagesPerSlot; i < (slot + 1) * imagesPerSlot; i++) {
            double margin = STEEPNESS * (covered - needed(batch.images()[i]));
            loss += Math.log1p(Math.exp(-margin)) / imagesPerSlot;
            slope -= STEEPNESS / (1 + Math.exp(margin)) / imagesPerSlot;
            hits += margin > 0 ? 1 : 0;
        }
        batch.losses()[slot] = (float) loss;
        batch.successes()[slot] = (float) hits / imagesPerSlot;
        for (int pixel : pixels) {
            batch.maskGradients()[slot * batch.plane() + pixel] +=
                    (float) (slope * white(batch, slot, pixel) / pixels.length);
            for (int channel = 0; channel < 3; channel++) {
                batch.patternGradients()[(slot * 3 + channel) * batch.plane() + pixel] +=
                        (float) (slope * mask(batch, slot, pixel) / pixels.length / 3);
            }
        }
    }

    /** The share of the patch that has to be covered. */
    private static double needed(int image) {
        return 0.4 + 0.4 * (image % 20) / 20;
    }

    private static double mask(TriggerBatch batch, int slot, int pixel) {
        return batch.masks()[slot * batch.plane() + pixel];
    }

    private static double white(TriggerBatch batch, int slot, int pixel) {
        double sum = 0;
        for (int channel = 0; channel < 3; channel++) {
            sum += batch.patterns()[(slot * 3 + channel) * batch.plane() + pixel];
        }
        return sum / 3;
    }

    @Override
    public void close() {}
}
