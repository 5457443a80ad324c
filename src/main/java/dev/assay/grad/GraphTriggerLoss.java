package dev.assay.grad;

import dev.assay.data.ImageSet;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Binding;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * Differentiates a deployment itself: trigger, artifact, loss and backward nodes are one graph in one session. Per step
 * masks, patterns and their gradients cross to Java, and the images' bytes.
 *
 * <p>A model with a fixed batch is run as often as a step needs, and the results are averaged.
 */
public final class GraphTriggerLoss implements TriggerLoss {
    private final ImageSet images;
    private final DifferentiatedTrigger graph;
    private final int imagesPerSlot;
    private final int rounds;
    private final boolean bitIdentical;
    private final Session session;
    private final Binding binding;

    private GraphTriggerLoss(
            Deployed deployed, DifferentiatedTrigger graph, int imagesPerSlot, boolean bitIdentical, Session session) {
        this.images = deployed.images();
        this.graph = graph;
        this.rounds = graph.rounds(imagesPerSlot);
        this.imagesPerSlot = imagesPerSlot;
        this.bitIdentical = bitIdentical;
        this.session = session;
        this.binding = session.bind(graph.inputShapes(imagesPerSlot / rounds), graph.outputShapes());
    }

    /**
     * Opens a deployment with its gradient.
     *
     * @param slots K: triggers that are evaluated at once; 1 is taken instead for a model with a fixed batch
     * @param imagesPerSlot b: images for each; rounded up to a multiple of a fixed batch
     * @throws dev.assay.UnsupportedOpException if the model has no differentiable way from its scores to its input
     * @throws dev.assay.SessionException if ONNX Runtime refuses the differentiated graph
     */
    public static GraphTriggerLoss open(Deployed deployed, int slots, int imagesPerSlot) {
        ClassifierPorts ports = deployed.model().ports();
        int batch = ports.batch(1);
        int rounded = (imagesPerSlot + batch - 1) / batch * batch;
        boolean fixed = ports.fixedBatch().isPresent();
        DifferentiatedTrigger graph =
                DifferentiatedTrigger.of(deployed, fixed ? 1 : slots).forBatch(fixed ? batch : rounded);
        SessionSpec spec = deployed.spec();
        Session session = Session.open(graph.bytes(), deployed.place(), spec);
        try {
            boolean identical = BitIdentity.holds(deployed, graph, rounded, session);
            return new GraphTriggerLoss(deployed, graph, rounded, identical, session);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public int slots() {
        return graph.slots();
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
        return bitIdentical;
    }

    @Override
    public void evaluate(TriggerBatch batch) {
        binding.buffer(TriggerGraph.MASK).asFloatBuffer().put(batch.masks());
        binding.buffer(TriggerGraph.PATTERN).asFloatBuffer().put(batch.patterns());
        LongBuffer targets = binding.buffer(TriggerGraph.TARGETS).asLongBuffer();
        for (int target : batch.targets()) {
            targets.put(target);
        }
        if (rounds == 1) {
            fill(batch.images(), 0);
            binding.run();
            read(batch);
        } else {
            average(batch);
        }
    }

    private void fill(int[] numbers, int from) {
        ByteBuffer pixels = binding.buffer(TriggerGraph.IMAGES);
        for (int i = from; pixels.hasRemaining(); i++) {
            pixels.put(images.image(numbers[i]));
        }
    }

    private void read(TriggerBatch batch) {
        floats(TriggerGraph.LOSS).get(batch.losses());
        floats(TriggerGraph.SUCCESS).get(batch.successes());
        floats(graph.maskGradient()).get(batch.maskGradients());
        floats(graph.patternGradient()).get(batch.patternGradients());
    }

    private void average(TriggerBatch batch) {
        float[][] outputs = {batch.losses(), batch.successes(), batch.maskGradients(), batch.patternGradients()};
        for (float[] output : outputs) {
            Arrays.fill(output, 0);
        }
        for (int round = 0; round < rounds; round++) {
            fill(batch.images(), round * (imagesPerSlot / rounds));
            binding.run();
            add(floats(TriggerGraph.LOSS), batch.losses());
            add(floats(TriggerGraph.SUCCESS), batch.successes());
            add(floats(graph.maskGradient()), batch.maskGradients());
            add(floats(graph.patternGradient()), batch.patternGradients());
        }
    }

    private void add(FloatBuffer values, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += values.get(i) / rounds;
        }
    }

    private FloatBuffer floats(String output) {
        return binding.buffer(output).asFloatBuffer();
    }

    @Override
    public void close() {
        binding.close();
        session.close();
    }

    /** A mask of zeros and whatever goes with it, for {@code imagesPerSlot} images a slot. */
    static Map<String, Tensor> untriggered(DifferentiatedTrigger graph, ImageSet images, int imagesPerSlot) {
        Map<String, long[]> shapes = graph.inputShapes(imagesPerSlot);
        long[] pixelDims = shapes.getOrDefault(TriggerGraph.IMAGES, new long[0]);
        ByteBuffer pixels = ByteBuffer.allocate(Math.toIntExact(Tensor.elements(pixelDims)));
        for (int i = 0; pixels.hasRemaining(); i++) {
            pixels.put(images.image(i % images.size()));
        }
        return Map.of(
                TriggerGraph.IMAGES,
                Tensor.of(DataType.UINT8, pixelDims, pixels.array()),
                TriggerGraph.MASK,
                zeros(DataType.FLOAT, shapes.getOrDefault(TriggerGraph.MASK, new long[0])),
                TriggerGraph.PATTERN,
                zeros(DataType.FLOAT, shapes.getOrDefault(TriggerGraph.PATTERN, new long[0])),
                TriggerGraph.TARGETS,
                zeros(DataType.INT64, shapes.getOrDefault(TriggerGraph.TARGETS, new long[0])));
    }

    private static Tensor zeros(DataType type, long[] dims) {
        return Tensor.of(
                type,
                dims,
                new byte[Math.toIntExact(type.bytesFor(Tensor.elements(dims)).orElseThrow())]);
    }
}
