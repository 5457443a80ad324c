package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.defense.FinePruningEvidence.Point;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.OptimizedGraph;
import dev.assay.runtime.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Accuracy, success of triggers and recall of their targets as channels are pruned, the least active first, measured on
 * the pruned artifacts themselves. These are loaded from memory, one at a time.
 *
 * @param suspect the deployment
 * @param group whose channels are pruned
 * @param activity by which they are ranked
 * @param heldOut images that accuracy is measured on
 * @param stamped images that triggers are stamped on
 * @param ofClass clean images of each trigger's target, by class
 * @param triggers to be tried
 */
record PruningCurve(
        Suspect suspect,
        ChannelGroup group,
        ChannelActivity activity,
        ImageSet heldOut,
        ImageSet stamped,
        Map<Integer, ImageSet> ofClass,
        List<Trigger> triggers) {

    /** The artifact itself. */
    Point start() {
        return point(0, suspect.open());
    }

    /** The curve from {@code start} on, to the first point that costs more accuracy than the tolerance or to the end. */
    List<Point> from(Point start, int step, double tolerance) {
        List<Point> curve = new ArrayList<>(List.of(start));
        Point last = start;
        for (int pruned = step; pruned < group.channels() && isWithin(tolerance, start, last); pruned += step) {
            last = point(pruned, open(pruned));
            curve.add(last);
        }
        return curve;
    }

    /** Whether a point costs no more accuracy than the tolerance. */
    static boolean isWithin(double tolerance, Point start, Point point) {
        return point.accuracy() >= start.accuracy() - tolerance;
    }

    /** Whether the artifact without its least active channels runs the same operators as often. */
    boolean keepsOperators(int pruned) {
        return operators(OptimizedGraph.of(without(pruned), place(pruned), suspect.spec()))
                .equals(operators(OptimizedGraph.of(suspect.artifact(), suspect.spec())));
    }

    /** None where the provider compiles the graph, so that there are none to see. */
    private static Map<String, Long> operators(Optional<Graph> executed) {
        return executed.map(Graph::nodes).orElse(List.of()).stream()
                .collect(Collectors.groupingBy(Node::qualifiedOp, Collectors.counting()));
    }

    private Point point(int pruned, Classifier classifier) {
        try (TriggerVerification verification = new TriggerVerification(suspect.deployed(stamped), classifier)) {
            Map<Integer, Double> recall = new TreeMap<>();
            ofClass.forEach((label, images) -> recall.put(label, recognised(classifier, images)));
            return new Point(
                    pruned,
                    pruned == 0 ? Double.NaN : activity.relative(pruned - 1),
                    recognised(classifier, heldOut),
                    triggers.stream().map(verification::success).toList(),
                    triggers.stream()
                            .map(trigger -> recall.getOrDefault(trigger.target(), Double.NaN))
                            .toList());
        }
    }

    /** The share of images that are answered as labelled; NaN of none. */
    private double recognised(Classifier classifier, ImageSet images) {
        Scores scores = Scores.of(
                classifier.scores(suspect.source(images)),
                suspect.model().ports(),
                suspect.artifact().toString());
        long right = IntStream.range(0, images.size())
                .filter(image -> scores.answer(image) == images.label(image))
                .count();
        return (double) right / images.size();
    }

    private Classifier open(int pruned) {
        return Classifier.open(without(pruned), place(pruned), suspect.model(), suspect.spec());
    }

    private String place(int pruned) {
        return "%s without %d channels".formatted(suspect.artifact(), pruned);
    }

    private byte[] without(int pruned) {
        return group.without(activity.least(pruned));
    }
}
