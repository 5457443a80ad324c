package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Fidelity;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A class that a deployment answers much more often than the reference: a mark of backdoors that quantization wakes. */
final class ClassAttractsImagesCheck implements Check {
    private static final String ID = "class-attracts-images";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.eachCompared(ClassAttractsImagesCheck::check);
    }

    private static Stream<Finding> check(Deployment deployment, Fidelity fidelity) {
        List<Double> drifts = fidelity.predictionShareDrift();
        double noise = Thresholds.noise(fidelity.flipCount(), fidelity.images());
        double least = Math.max(Thresholds.SHARE_GROWTH / drifts.size(), noise);
        return IntStream.range(0, drifts.size())
                .filter(label -> drifts.get(label) > least)
                .mapToObj(label -> new Finding(
                        ID,
                        Severity.HIGH,
                        deployment.id(),
                        ("Class %d attracts images: its share of the answers is %s higher than the reference's. Look at the"
                                        + " images that flip to it, and run the backdoor defenses on this deployment.")
                                .formatted(label, Words.points(drifts.get(label))),
                        Map.of("class", (double) label, "shareDrift", drifts.get(label), "noise", noise)));
    }
}
