package dev.assay.grad;

import dev.assay.data.ImageSet;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Binding;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.Provider;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import dev.assay.runtime.SideBySide;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Differentiates a deployment itself: trigger, artifact, loss and backward nodes are one graph in one session. Per step
 * masks, patterns and their gradients cross to Java, the norm's weight, the target, and the numbers of images that lie in
 * the session.
 *
 * <p>The triggers of a batch are spread over threads, each of which runs the session by itself, instead of all threads
 * working on one operator: none waits at the end of each operator, and the values of one trigger stay in one core's cache
 * (measured with two threads: a tenth faster for float and QDQ graphs, a third for ConvInteger). Where the scores are not
 * bit for bit the artifact's that way, threads are used as the deployment uses them.
 *
 * <p>A model with a fixed batch is run as often as a trigger needs, and the results are averaged.
 */
public final class GraphTriggerLoss implements TriggerLoss {
    private final DifferentiatedTrigger graph;
    private final int slots;
    private final int imagesPerSlot;
    private final int rounds;
    private final double identicalShare;
    private final Session session;
    private final List<Lane> lanes;
    private final SideBySide threads;

    private GraphTriggerLoss(DifferentiatedTrigger graph, int slots, int imagesPerSlot, Joint joint, int lanes) {
        this.graph = graph;
        this.slots = slots;
        this.imagesPerSlot = imagesPerSlot;
        this.rounds = graph.rounds(imagesPerSlot);
        this.identicalShare = joint.identicalShare();
        this.session = joint.session();
        this.lanes = Stream.generate(Lane::new).limit(lanes).toList();
        this.threads = new SideBySide(lanes);
    }

    /**
     * Opens a deployment with its gradient.
     *
     * @param slots K: triggers that are evaluated at once, at most
     * @param imagesPerSlot b: images for each; rounded up to a multiple of a fixed batch
     * @throws dev.assay.UnsupportedOpException if the model has no differentiable way from its scores to its input
     * @throws dev.assay.SessionException if ONNX Runtime refuses the differentiated graph
     */
    public static GraphTriggerLoss open(Deployed deployed, int slots, int imagesPerSlot) {
        ClassifierPorts ports = deployed.model().ports();
        int batch = ports.batch(1);
        int rounded = (imagesPerSlot + batch - 1) / batch * batch;
        DifferentiatedTrigger graph =
                DifferentiatedTrigger.of(deployed, ports.fixedBatch().isPresent() ? batch : rounded);
        SessionSpec spec = deployed.spec();
        int lanes = spec.provider() == Provider.CPU ? Math.min(slots, spec.threads()) : 1;
        Joint joint = Joint.open(deployed, graph, rounded, spec.withThreads(spec.threads() / lanes));
        if (lanes > 1 && joint.identicalShare() < 1) {
            joint.session().close();
            lanes = 1;
            joint = Joint.open(deployed, graph, rounded, spec);
        }
        return new GraphTriggerLoss(graph, slots, rounded, joint, lanes);
    }

    /** A session of the differentiated graph, and the share of images whose scores there are the artifact's. */
    private record Joint(Session session, double identicalShare) {
        static Joint open(Deployed deployed, DifferentiatedTrigger graph, int images, SessionSpec spec) {
            Session session = graph.open(deployed.place(), spec);
            try {
                return new Joint(session, BitIdentity.share(deployed, graph, images, session));
            } catch (RuntimeException e) {
                session.close();
                throw e;
            }
        }
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public int imagesPerSlot() {
        return imagesPerSlot;
    }

    @Override
    public Estimator estimator() {
        return graph.estimator();
    }

    /** Whether the graph's scores were bit for bit those of the artifact's own session on a batch of clean images. */
    public boolean isBitIdentical() {
        return identicalShare == 1;
    }

    /** The share of those images whose scores were, 0 to 1. */
    double identicalShare() {
        return identicalShare;
    }

    @Override
    public void evaluate(TriggerBatch batch) {
        AtomicInteger next = new AtomicInteger();
        threads.run(lanes.stream()
                .<Supplier<Lane>>map(lane -> () -> evaluate(batch, next, lane))
                .toList());
    }

    private static Lane evaluate(TriggerBatch batch, AtomicInteger next, Lane lane) {
        for (int slot = next.getAndIncrement(); slot < batch.slots(); slot = next.getAndIncrement()) {
            lane.evaluate(batch, slot);
        }
        return lane;
    }

    /** Buffers that one thread runs the session with. */
    private final class Lane {
        private final Binding binding = session.bind(graph.inputShapes(imagesPerSlot / rounds), graph.outputShapes());

        void evaluate(TriggerBatch batch, int slot) {
            int plane = batch.plane();
            binding.buffer(TriggerGraph.MASK).asFloatBuffer().put(batch.masks(), slot * plane, plane);
            binding.buffer(TriggerGraph.PATTERN).asFloatBuffer().put(batch.patterns(), slot * 3 * plane, 3 * plane);
            binding.buffer(TriggerGraph.TARGET).asLongBuffer().put(batch.targets()[slot]);
            binding.buffer(TriggerGraph.NORM_WEIGHT).asFloatBuffer().put(batch.normWeights()[slot]);
            clear(batch, slot);
            for (int round = 0; round < rounds; round++) {
                int perRound = imagesPerSlot / rounds;
                fill(batch.images(), slot * imagesPerSlot + round * perRound, perRound);
                binding.run();
                add(TriggerGraph.LOSS, batch.losses(), slot, 1);
                add(TriggerGraph.SUCCESS, batch.successes(), slot, 1);
                add(graph.maskGradient(), batch.maskGradients(), slot * plane, plane);
                add(graph.patternGradient(), batch.patternGradients(), slot * 3 * plane, 3 * plane);
            }
        }

        private void clear(TriggerBatch batch, int slot) {
            int plane = batch.plane();
            batch.losses()[slot] = 0;
            batch.successes()[slot] = 0;
            Arrays.fill(batch.maskGradients(), slot * plane, (slot + 1) * plane, 0);
            Arrays.fill(batch.patternGradients(), slot * 3 * plane, (slot + 1) * 3 * plane, 0);
        }

        private void fill(int[] images, int from, int count) {
            LongBuffer numbers = binding.buffer(DifferentiatedTrigger.NUMBERS).asLongBuffer();
            for (int i = 0; i < count; i++) {
                numbers.put(images[from + i]);
            }
        }

        private void add(String output, float[] sums, int from, int count) {
            FloatBuffer values = binding.buffer(output).asFloatBuffer();
            for (int i = 0; i < count; i++) {
                sums[from + i] += values.get(i) / rounds;
            }
        }
    }

    @Override
    public void close() {
        threads.close();
        lanes.forEach(lane -> lane.binding.close());
        session.close();
    }

    /** A mask of zeros and whatever goes with it, for {@code count} images. */
    static Map<String, Tensor> untriggered(DifferentiatedTrigger graph, ImageSet images, int count) {
        Map<String, long[]> shapes = graph.inputShapes(count);
        return Map.of(
                DifferentiatedTrigger.NUMBERS,
                Tensor.vector(
                        LongStream.range(0, count).map(i -> i % images.size()).toArray()),
                TriggerGraph.MASK,
                zeros(DataType.FLOAT, shapes.getOrDefault(TriggerGraph.MASK, new long[0])),
                TriggerGraph.PATTERN,
                zeros(DataType.FLOAT, shapes.getOrDefault(TriggerGraph.PATTERN, new long[0])),
                TriggerGraph.TARGET,
                zeros(DataType.INT64, shapes.getOrDefault(TriggerGraph.TARGET, new long[0])),
                TriggerGraph.NORM_WEIGHT,
                zeros(DataType.FLOAT, shapes.getOrDefault(TriggerGraph.NORM_WEIGHT, new long[0])));
    }

    private static Tensor zeros(DataType type, long[] dims) {
        return Tensor.of(
                type,
                dims,
                new byte[Math.toIntExact(type.bytesFor(Tensor.elements(dims)).orElseThrow())]);
    }
}
