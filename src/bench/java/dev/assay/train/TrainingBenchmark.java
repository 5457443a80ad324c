package dev.assay.train;

import dev.assay.data.Preprocessing;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.net.Network;
import dev.assay.train.net.NetworkSpec;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How many images a second a training step takes: forward, backward and the update of the parameters.
 *
 * <p>Arguments: network, width, batch, threads, runs. Images are noise. The best of the runs counts: other load on the
 * machine only slows runs down. The processor time of all threads, of the cheapest run, is told too: other load changes
 * it less.
 */
public final class TrainingBenchmark {
    private static final int CLASSES = 10;
    private static final int SIDE = 32;

    private TrainingBenchmark() {}

    public static void main(String[] args) {
        if (args.length != 5) {
            throw new IllegalArgumentException("expected NETWORK WIDTH BATCH THREADS RUNS");
        }
        Network network = List.of(Network.values()).stream()
                .filter(each -> each.id().equals(args[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of " + Network.ids()));
        int width = Integer.parseInt(args[1]);
        int batch = Integer.parseInt(args[2]);
        int threads = Integer.parseInt(args[3]);
        measure(network, width, batch, threads, Integer.parseInt(args[4]), System.out);
    }

    private static void measure(Network network, int width, int batch, int threads, int runs, PrintStream out) {
        List<Double> half = List.of(0.5, 0.5, 0.5);
        NetworkSpec spec = new NetworkSpec(width, SIDE, SIDE, CLASSES, half, half, 1);
        ImageClassifier classifier = ImageClassifier.of(network.build(spec), network.id(), ImageClassifier.Hints.NONE);
        TrainingGraph graph = TrainingGraph.of(
                new Trainee(classifier, Preprocessing.DEFAULT, Trainee.Normalization.BY_BATCH, network.id()));
        List<float[]> parameters = new ArrayList<>();
        graph.parameters()
                .forEach(parameter -> parameters.add(parameter.initial().floats()));
        try (TrainingStep step = TrainingStep.open(graph, batch, SessionSpec.cpu(threads), network.id())) {
            SplittableRandom random = new SplittableRandom(1);
            byte[] pixels = new byte[batch * 3 * SIDE * SIDE];
            random.nextBytes(pixels);
            ByteBuffer images = step.images();
            images.put(pixels);
            FloatBuffer targets = step.targets();
            for (int i = 0; i < batch; i++) {
                targets.put(i * CLASSES + random.nextInt(CLASSES), 1);
            }
            double best = Double.POSITIVE_INFINITY;
            double cheapest = Double.POSITIVE_INFINITY;
            for (int run = 0; run < runs; run++) {
                double cpu = processorSeconds();
                long start = System.nanoTime();
                step.run(parameters);
                best = Math.min(best, (System.nanoTime() - start) * 1e-9);
                cheapest = Math.min(cheapest, processorSeconds() - cpu);
            }
            out.printf(
                    "%s width %d batch %d threads %d: %.0f images/s, %.0f ms of processor time a step, loss %.4f%n",
                    network.id(), width, batch, threads, batch / best, cheapest * 1e3, step.loss());
        }
    }

    private static double processorSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                * 1e-9;
    }
}
