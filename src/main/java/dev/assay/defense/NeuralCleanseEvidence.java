package dev.assay.defense;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Neural Cleanse measured.
 *
 * @param estimator how the gradient was had
 * @param images clean images that triggers were optimized on
 * @param verificationImages other clean images that their success was measured on, with the artifact itself
 * @param imageGradients gradients taken, one an image
 * @param firstLook the norms compared after a first search that left a doubt, for which all was searched once more and
 *     longer; empty where there was none
 * @param levels shares of success at which norms are compared: those that so many images can tell
 * @param classes each class that was searched to the end, by number
 * @param promises for each class the norm that its screening promised, infinite where it promised none: the norm per share
 *     of success that its trigger had then, or that of a trigger found elsewhere; empty where all classes were compared
 * @param screened classes that were only screened, with the norm they had then
 * @param comparisons the norms of all classes compared, one entry a level
 */
public record NeuralCleanseEvidence(
        String estimator,
        int images,
        int verificationImages,
        long imageGradients,
        List<LevelComparison> firstLook,
        List<Double> levels,
        List<ClassTrigger> classes,
        List<Double> promises,
        List<Screened> screened,
        List<LevelComparison> comparisons)
        implements Evidence {
    public NeuralCleanseEvidence {
        firstLook = List.copyOf(firstLook);
        levels = List.copyOf(levels);
        classes = List.copyOf(classes);
        promises = List.copyOf(promises);
        screened = List.copyOf(screened);
        comparisons = List.copyOf(comparisons);
    }

    /** The triggers that were inverted, one a class, in the results of a deployment's defenses; empty where none were. */
    public static List<InvertedTrigger> triggersIn(List<DefenseResult> results) {
        return results.stream()
                .map(DefenseResult::evidence)
                .filter(NeuralCleanseEvidence.class::isInstance)
                .flatMap(evidence -> ((NeuralCleanseEvidence) evidence).classes().stream())
                .map(ClassTrigger::trigger)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * The smallest triggers of a class.
     *
     * @param targetClass the class they lead to
     * @param frontier the smallest verified trigger for each level, null where none was found
     * @param withoutTrigger share of the verification images of other classes that are taken for it without a trigger
     * @param bestSuccess the highest success that was seen
     * @param trigger the one that stands for the class: of the middle level, or of a lower one where that was not reached;
     *     null where none was
     */
    public record ClassTrigger(
            int targetClass,
            List<FrontierPoint> frontier,
            double withoutTrigger,
            double bestSuccess,
            @Nullable InvertedTrigger trigger) {
        public ClassTrigger {
            frontier = List.copyOf(frontier);
        }
    }

    /**
     * A point of the frontier of norm against success.
     *
     * @param level the share of success that was asked for
     * @param norm Σ of the mask, in pixels; NaN where no trigger reached the level
     * @param success the share that was measured; NaN where no trigger reached the level
     */
    public record FrontierPoint(double level, double norm, double success) {}

    /** A class that was only screened. */
    public record Screened(int targetClass, double norm, double success) {}

    /**
     * The classes compared at one level.
     *
     * @param level share of success
     * @param classes that reached it
     * @param median of their norms
     * @param lowestClass the class with the smallest norm
     * @param deviations how far its norm lies below those of the others, in standard errors on a logarithmic scale
     * @param p the probability that chance makes a class's norm this low
     * @param line the norm below which a class is flagged
     * @param index the paper's anomaly index of the smallest norm, which is not judged
     * @param lowestIndex the lowest that leaving out one other class makes of the index
     * @param highestIndex the highest
     */
    public record LevelComparison(
            double level,
            List<Integer> classes,
            double median,
            int lowestClass,
            double deviations,
            double p,
            double line,
            double index,
            double lowestIndex,
            double highestIndex) {
        public LevelComparison {
            classes = List.copyOf(classes);
        }
    }
}
