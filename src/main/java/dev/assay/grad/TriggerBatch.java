package dev.assay.grad;

/**
 * What one evaluation of a {@link TriggerLoss} takes and gives: K triggers, each on b images. A workspace: its arrays are
 * live, filled by the caller (inputs) and by the evaluation (outputs), and reused.
 */
public final class TriggerBatch {
    private final int slots;
    private final int plane;
    private final float[] masks;
    private final float[] patterns;
    private final int[] targets;
    private final float[] normWeights;
    private final int[] images;
    private final float[] losses;
    private final float[] successes;
    private final float[] maskGradients;
    private final float[] patternGradients;

    /**
     * A workspace.
     *
     * @param slots K, the number of triggers
     * @param imagesPerSlot b, the number of images for each
     * @param plane H·W, the number of pixels of an image
     */
    public TriggerBatch(int slots, int imagesPerSlot, int plane) {
        this.slots = slots;
        this.plane = plane;
        masks = new float[slots * plane];
        patterns = new float[slots * 3 * plane];
        targets = new int[slots];
        normWeights = new float[slots];
        images = new int[slots * imagesPerSlot];
        losses = new float[slots];
        successes = new float[slots];
        maskGradients = new float[masks.length];
        patternGradients = new float[patterns.length];
    }

    public int slots() {
        return slots;
    }

    /** Pixels of an image. */
    public int plane() {
        return plane;
    }

    /** Input: {@code [K, H, W]}, in [0, 1]. */
    public float[] masks() {
        return masks;
    }

    /** Input: {@code [K, 3, H, W]}, RGB, in [0, 1]. */
    public float[] patterns() {
        return patterns;
    }

    /** Input: {@code [K]}, classes. */
    public int[] targets() {
        return targets;
    }

    /** Input: {@code [K]}, λ: what a pixel of mask costs in the objective, in nats. */
    public float[] normWeights() {
        return normWeights;
    }

    /** Input: {@code [K, b]}, numbers of images. */
    public int[] images() {
        return images;
    }

    /** Output: {@code [K]}, mean cross-entropy towards the target, in nats; without the norm. */
    public float[] losses() {
        return losses;
    }

    /** Output: {@code [K]}, share of the images that are answered with the target. */
    public float[] successes() {
        return successes;
    }

    /** Output: {@code [K, H, W]}, gradient of each objective, loss + λ · Σ mask, to its mask. */
    public float[] maskGradients() {
        return maskGradients;
    }

    /** Output: {@code [K, 3, H, W]}, gradient of each objective to its pattern. */
    public float[] patternGradients() {
        return patternGradients;
    }
}
