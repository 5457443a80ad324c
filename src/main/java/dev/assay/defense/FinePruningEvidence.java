package dev.assay.defense;

import java.util.List;

/**
 * What Fine-Pruning measured.
 *
 * @param layers the convolutions whose channels were pruned, in order of execution
 * @param channels how many channels they have in common
 * @param obstacles why later convolutions were passed over, one line each; mostly empty
 * @param bitIdentical whether the session that the channels were ranked in gave the artifact's scores bit for bit
 * @param sameOperators whether the pruned artifact runs the operators that the artifact runs
 * @param rankingImages clean images that channels were ranked on
 * @param heldOutImages other clean images that accuracy was measured on
 * @param stampedImages of these, the most that a trigger was stamped on; those of its target class are left out
 * @param recallImages clean images that were not ranked on, the most that the recall of a trigger's target was measured on
 * @param tolerance the share of accuracy that pruning may cost
 * @param triggers the triggers tried
 * @param curve what pruning did, from no channel on; the last point may cost more than the tolerance
 */
public record FinePruningEvidence(
        List<String> layers,
        int channels,
        List<String> obstacles,
        boolean bitIdentical,
        boolean sameOperators,
        int rankingImages,
        int heldOutImages,
        int stampedImages,
        int recallImages,
        double tolerance,
        List<PrunedTrigger> triggers,
        List<Point> curve)
        implements Evidence {
    public FinePruningEvidence {
        layers = List.copyOf(layers);
        obstacles = List.copyOf(obstacles);
        triggers = List.copyOf(triggers);
        curve = List.copyOf(curve);
    }

    /**
     * A trigger and what pruning took from it and from its target within the tolerance, where the difference is largest.
     *
     * @param targetClass the class it leads to
     * @param known whether it was given; otherwise it was inverted on this deployment
     * @param norm Σ of its mask, in pixels
     * @param targetImages clean images of the class that its recall was measured on
     * @param loss share of the trigger's success that was lost; NaN where there is nothing to compare: the trigger hardly
     *     worked to begin with, or too few clean images of the class were recognised
     * @param recallLoss share of the class's recall that was lost, below 0 where it rose; NaN likewise
     * @param pruned channels that were pruned there
     */
    public record PrunedTrigger(
            int targetClass, boolean known, double norm, int targetImages, double loss, double recallLoss, int pruned) {
        /** What the trigger lost beyond what its target lost without any trigger; NaN where nothing was compared. */
        double excess() {
            return loss - Math.max(0, recallLoss);
        }
    }

    /**
     * The artifact without its least active channels.
     *
     * @param pruned number of channels
     * @param activity mean activation of the last of them on clean images, over the mean of all channels; NaN for none
     * @param accuracy share of held-out images classified as labelled
     * @param success for each trigger, the share of stamped images that it led to its target
     * @param recall for each trigger, the share of clean images of its target that are recognised; NaN without any
     */
    public record Point(int pruned, double activity, double accuracy, List<Double> success, List<Double> recall) {
        public Point {
            success = List.copyOf(success);
            recall = List.copyOf(recall);
        }
    }
}
