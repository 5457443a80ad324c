package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Fidelity;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A class whose images a deployment recognizes much less often than the reference. */
final class ClassRecallDropCheck implements Check {
    private static final String ID = "class-recall-drop";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.eachCompared(ClassRecallDropCheck::check);
    }

    private static Stream<Finding> check(Deployment deployment, Fidelity fidelity) {
        List<Double> drifts = fidelity.perClassRecallDrift();
        // As if images and flips were spread evenly over the classes.
        double noise = Thresholds.noise(
                (double) fidelity.flipCount() / drifts.size(), (double) fidelity.images() / drifts.size());
        double least = Math.max(Thresholds.RECALL_FALL, noise);
        return IntStream.range(0, drifts.size())
                .filter(label -> -drifts.get(label) > least)
                .mapToObj(label -> new Finding(
                        ID,
                        -drifts.get(label) >= Thresholds.RECALL_COLLAPSE ? Severity.HIGH : Severity.MEDIUM,
                        deployment.id(),
                        "Recall of class %d is %s below the reference's. Look at the images of it that flip."
                                .formatted(label, Words.points(drifts.get(label))),
                        Map.of("class", (double) label, "recallDrift", drifts.get(label), "noise", noise)));
    }
}
