package dev.assay.grad;

import dev.assay.ir.Tensor;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.Port;
import dev.assay.runtime.Session;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far a graph that embeds an artifact computes the artifact's scores bit for bit (DESIGN.md, law 2). */
final class BitIdentity {
    private BitIdentity() {}

    /**
     * Compares on a batch of images without trigger with the artifact run in the deployment's own way.
     *
     * @return the share of the images whose scores are all the same to the last bit, 0 to 1
     */
    static double share(Deployed deployed, DifferentiatedTrigger graph, int images, Session joint) {
        ClassifierPorts ports = deployed.model().ports();
        Map<String, Tensor> feeds = GraphTriggerLoss.untriggered(graph, deployed.images(), ports.batch(images));
        Tensor input;
        try (Session preprocessing = graph.openUpTo(ports.input(), deployed.place(), deployed.spec())) {
            List<String> wanted =
                    preprocessing.inputs().stream().map(Port::name).toList();
            Map<String, Tensor> fed = new HashMap<>(feeds);
            fed.keySet().retainAll(wanted);
            input = preprocessing
                    .run(fed, List.of(ports.input()))
                    .values()
                    .iterator()
                    .next();
        }
        try (Session artifact = Session.open(deployed.artifact(), deployed.spec())) {
            List<String> wanted = List.of(ports.output());
            return share(
                    scores(artifact.run(Map.of(ports.input(), input), wanted)),
                    scores(joint.run(feeds, wanted)),
                    ports.classes());
        }
    }

    private static float[] scores(Map<String, Tensor> outputs) {
        return outputs.values().iterator().next().floats();
    }

    private static double share(float[] own, float[] joint, int classes) {
        int images = own.length / classes;
        int same = 0;
        for (int image = 0; image < images; image++) {
            int from = image * classes;
            int to = from + classes;
            if (Arrays.equals(own, from, to, joint, from, to)) {
                same++;
            }
        }
        return (double) same / images;
    }
}
