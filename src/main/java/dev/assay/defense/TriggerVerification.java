package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.grad.Deployed;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import java.util.List;
import java.util.stream.IntStream;

/** Measures the success of triggers on images that they were not optimized on, with the artifact itself. */
public final class TriggerVerification implements AutoCloseable {
    private final Deployed deployed;
    private final Classifier classifier;

    /** Opens a deployment, to be tried on the images that come with it. */
    public TriggerVerification(Deployed deployed) {
        this.deployed = deployed;
        this.classifier = Classifier.open(deployed.artifact(), deployed.model(), deployed.spec());
    }

    /** For each class the share of images outside it that are taken for it without a trigger; NaN where all are of it. */
    List<Double> sharesWithoutTrigger() {
        int[] labels = deployed.images().labels();
        Scores scores = scores(ImageSource.of(
                deployed.images(),
                deployed.preprocessing(),
                deployed.model().ports().type()));
        return IntStream.range(0, deployed.model().ports().classes())
                .mapToObj(target -> shareTakenFor(target, scores, labels))
                .toList();
    }

    /** The share of images outside a class that are taken for it; NaN where all are of it. */
    static double shareTakenFor(int target, Scores scores, int[] labels) {
        return IntStream.range(0, labels.length)
                .filter(image -> labels[image] != target)
                .mapToDouble(image -> scores.answer(image) == target ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    /** The share of images outside the target class that the trigger leads to its target; NaN where all are of it. */
    public double success(Trigger trigger) {
        int[] labels = deployed.images().labels();
        ImageSet outside = deployed.images()
                .subset(IntStream.range(0, labels.length)
                        .filter(image -> labels[image] != trigger.target())
                        .toArray());
        ImageSource stamped = ImageSource.of(
                outside, deployed.preprocessing(), deployed.model().ports().type(), trigger);
        return shareTakenFor(trigger.target(), scores(stamped), outside.labels());
    }

    private Scores scores(ImageSource images) {
        return Scores.of(
                classifier.scores(images),
                deployed.model().ports(),
                deployed.artifact().toString());
    }

    @Override
    public void close() {
        classifier.close();
    }
}
