package dev.assay.grad;

import dev.assay.SessionException;
import dev.assay.UnsupportedOpException;
import org.jspecify.annotations.Nullable;

/**
 * How the gradient of a deployment can be had, and how good it is: by differentiating its graph where every operator on
 * the way has a rule and the differentiated graph computes the artifact's scores bit for bit; from finite differences of
 * the untouched artifact otherwise.
 *
 * @param estimator how
 * @param bitIdentical whether the graph with gradients computes the artifact's scores bit for bit; null where there is no
 *     such graph, or ONNX Runtime does not run it
 * @param obstacle why the graph is not differentiated, or its gradients not used; null if they are
 * @param health of the gradient
 */
public record DeployedGradient(
        Estimator estimator,
        @Nullable Boolean bitIdentical,
        @Nullable String obstacle,
        GradientHealth health) {
    private static final int SLOTS = 4;
    private static final int IMAGES_PER_SLOT = 16;
    /** As many as health is measured on. */
    private static final int IMAGES = 512;

    private static final double NEARLY_ALL = 0.9;

    /** Finds out; deterministic for a seed. */
    public static DeployedGradient of(Deployed onAll, long seed) {
        Deployed deployed = onAll.onAtMost(Math.min(IMAGES, Deployed.mostOf(onAll.images())), seed);
        String obstacle;
        Boolean bitIdentical;
        try (GraphTriggerLoss loss = GraphTriggerLoss.open(deployed, SLOTS, IMAGES_PER_SLOT)) {
            if (loss.isBitIdentical()) {
                return new DeployedGradient(loss.estimator(), true, null, health(loss, deployed, seed));
            }
            bitIdentical = false;
            obstacle = "with gradients in its graph the scores are not bit for bit the artifact's";
        } catch (UnsupportedOpException | SessionException e) {
            bitIdentical = null;
            obstacle = e.getMessage();
        }
        try (TriggerLoss loss = FiniteDifferenceTriggerLoss.open(deployed, IMAGES_PER_SLOT, seed)) {
            return new DeployedGradient(loss.estimator(), bitIdentical, obstacle, health(loss, deployed, seed));
        }
    }

    private static GradientHealth health(TriggerLoss loss, Deployed deployed, long seed) {
        return GradientHealth.measure(
                loss, deployed.model().ports(), deployed.images().size(), seed);
    }

    /**
     * Opens the deployment with this gradient; the caller closes it. Differences are taken where the scores of so many
     * images are not bit for bit the artifact's, as those of the images were that it was found with. One in ten may
     * differ: a float operator between quantizers sums in another order when more images are taken together, and now and
     * then that moves an activation by a level (seen on an artifact whose s8 convolutions run in float).
     *
     * <p>The loss throws {@link dev.assay.InvalidModelException} where the deployment's scores, or a gradient, are no numbers.
     *
     * @param slots K: triggers at once, at most
     * @param imagesPerSlot b: images for each
     */
    public TriggerLoss open(Deployed deployed, int slots, int imagesPerSlot, long seed) {
        if (estimator != Estimator.FINITE_DIFFERENCE) {
            GraphTriggerLoss loss = GraphTriggerLoss.open(deployed, slots, imagesPerSlot);
            if (loss.identicalShare() >= NEARLY_ALL) {
                return new FiniteTriggerLoss(loss, deployed.place());
            }
            loss.close();
        }
        return FiniteDifferenceTriggerLoss.open(deployed, imagesPerSlot, seed);
    }
}
