package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.defense.FinePruningEvidence.Point;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.OptimizedGraph;
import dev.assay.runtime.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
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
        try (Classifier artifact = suspect.open()) {
            return point(0, artifact);
        }
    }

    /** The curve from {@code start} on, to the first point that costs more accuracy than the tolerance or to the end. */
    List<Point> from(Point start, int step, double tolerance) {
        List<Point> curve = new ArrayList<>(List.of(start));
        Point last = start;
        for (int pruned = step; pruned < group.channels() && isWithin(tolerance, start, last); pruned += step) {
            try (Classifier artifact = open(pruned)) {
                last = point(pruned, artifact);
            }
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
        List<Asked> asked = new ArrayList<>(List.of(Asked.of(heldOut, suspect)));
        triggers.forEach(trigger -> asked.add(Asked.withTrigger(stamped, trigger, suspect)));
        List<Integer> recalled = ofClass.keySet().stream().sorted().toList();
        recalled.forEach(label -> asked.add(Asked.of(Objects.requireNonNull(ofClass.get(label)), suspect)));
        List<Double> shares = shares(classifier, asked);
        return new Point(
                pruned,
                pruned == 0 ? Double.NaN : activity.relative(pruned - 1),
                shares.get(0),
                shares.subList(1, 1 + triggers.size()),
                triggers.stream()
                        .map(trigger -> recalled.indexOf(trigger.target()))
                        .map(place -> place < 0 ? Double.NaN : shares.get(1 + triggers.size() + place))
                        .toList());
    }

    /** Images and what each is hoped to be answered. */
    private record Asked(ImageSource images, IntUnaryOperator answer) {
        static Asked of(ImageSet images, Suspect suspect) {
            return new Asked(suspect.source(images), images::label);
        }

        /** Those outside the trigger's target class. */
        static Asked withTrigger(ImageSet images, Trigger trigger, Suspect suspect) {
            int[] outside = IntStream.range(0, images.size())
                    .filter(image -> images.label(image) != trigger.target())
                    .toArray();
            return new Asked(suspect.source(images.subset(outside), trigger), image -> trigger.target());
        }
    }

    /** For each part the share of its images that are answered as hoped; NaN of none. All run together, in full batches. */
    private List<Double> shares(Classifier classifier, List<Asked> parts) {
        ImageSource all = ImageSource.joined(
                parts.stream().map(Asked::images).toList(),
                suspect.model().ports().imageBytes());
        Scores scores = Scores.of(
                classifier.scores(all),
                suspect.model().ports(),
                suspect.artifact().toString());
        List<Double> shares = new ArrayList<>();
        int first = 0;
        for (Asked part : parts) {
            int from = first;
            int images = part.images.size();
            long hits = IntStream.range(0, images)
                    .filter(image -> scores.answer(from + image) == part.answer.applyAsInt(image))
                    .count();
            shares.add((double) hits / images);
            first += images;
        }
        return shares;
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
