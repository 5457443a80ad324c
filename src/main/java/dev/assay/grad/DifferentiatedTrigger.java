package dev.assay.grad;

import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.Observation;
import dev.assay.runtime.Probe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/**
 * A {@link TriggerGraph} with the gradients of its masks and patterns as further outputs.
 *
 * @param model the graph
 * @param ports of the artifact in it
 * @param slots K
 * @param estimator whether the gradient is exact
 * @param maskGradient output {@code [K, 1, H, W]}
 * @param patternGradient output {@code [K, 3, H, W]}
 */
record DifferentiatedTrigger(
        Model model,
        ClassifierPorts ports,
        int slots,
        Estimator estimator,
        String maskGradient,
        String patternGradient) {
    private static final long SEED = 7;

    static DifferentiatedTrigger of(Deployed deployed, int slots) {
        ClassifierPorts ports = deployed.model().ports();
        TriggerGraph graph = TriggerGraph.of(deployed.model(), deployed.preprocessing(), slots);
        Observation observation = observe(graph.model(), ports, slots, deployed.place());
        Forward forward = Forward.of(graph.model(), observation, deployed.place());
        Differentiation backward = Differentiation.of(
                forward,
                Map.of(graph.scores(), graph.scoresGradient()),
                List.of(TriggerGraph.MASK, TriggerGraph.PATTERN));
        return new DifferentiatedTrigger(
                backward.model(),
                ports,
                slots,
                backward.estimator(),
                backward.gradient(TriggerGraph.MASK),
                backward.gradient(TriggerGraph.PATTERN));
    }

    private static Observation observe(Model model, ClassifierPorts ports, int slots, String place) {
        SplittableRandom random = new SplittableRandom(SEED);
        LongFunction<Map<String, Tensor>> feeds = imagesPerSlot -> random(random, ports, slots, imagesPerSlot);
        return ports.fixedBatch().isPresent()
                ? Probe.observe(model, place, feeds, ports.fixedBatch().getAsLong())
                : Probe.observe(model, place, feeds);
    }

    private static Map<String, Tensor> random(
            SplittableRandom random, ClassifierPorts ports, int slots, long imagesPerSlot) {
        long[] pixelDims = {slots * imagesPerSlot, 3, ports.height(), ports.width()};
        byte[] pixels = new byte[Math.toIntExact(Tensor.elements(pixelDims))];
        random.nextBytes(pixels);
        return Map.of(
                TriggerGraph.IMAGES,
                Tensor.of(DataType.UINT8, pixelDims, pixels),
                TriggerGraph.MASK,
                uniform(random, slots, 1, ports.height(), ports.width()),
                TriggerGraph.PATTERN,
                uniform(random, slots, 3, ports.height(), ports.width()),
                TriggerGraph.TARGETS,
                Tensor.ofLongs(new long[] {slots, 1}, new long[slots]));
    }

    private static Tensor uniform(SplittableRandom random, long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elements(dims))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return Tensor.ofFloats(dims, values);
    }

    /**
     * The model for batches of one size. The runtime fuses an Add into a convolution, and keeps elementwise operators in
     * its blocked layout, only where it can prove that shapes are equal, which it cannot past a Reshape of a free batch
     * (measured: without this, sums that an artifact fuses stay apart here, and its last bits differ).
     */
    DifferentiatedTrigger forBatch(int imagesPerSlot) {
        Graph fixed = model.graph()
                .edit()
                .mapInputs(input -> input.name().equals(TriggerGraph.IMAGES)
                        ? input.withShape(Shape.of((long) slots * imagesPerSlot, 3, ports.height(), ports.width()))
                        : input)
                .commit();
        return new DifferentiatedTrigger(
                model.withGraph(fixed), ports, slots, estimator, maskGradient, patternGradient);
    }

    byte[] bytes() {
        return OnnxWriter.toBytes(model);
    }

    /** How often a model with a fixed batch is run for a step. */
    int rounds(int imagesPerSlot) {
        return ports.fixedBatch().isPresent() ? imagesPerSlot / ports.batch(1) : 1;
    }

    Map<String, long[]> inputShapes(int imagesPerSlot) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(TriggerGraph.IMAGES, new long[] {(long) slots * imagesPerSlot, 3, ports.height(), ports.width()});
        shapes.put(TriggerGraph.MASK, new long[] {slots, 1, ports.height(), ports.width()});
        shapes.put(TriggerGraph.PATTERN, new long[] {slots, 3, ports.height(), ports.width()});
        shapes.put(TriggerGraph.TARGETS, new long[] {slots, 1});
        return shapes;
    }

    Map<String, long[]> outputShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(TriggerGraph.LOSS, new long[] {slots});
        shapes.put(TriggerGraph.SUCCESS, new long[] {slots});
        shapes.put(maskGradient, new long[] {slots, 1, ports.height(), ports.width()});
        shapes.put(patternGradient, new long[] {slots, 3, ports.height(), ports.width()});
        return shapes;
    }

    /** The part of the graph that computes one value. */
    Model upTo(String value) {
        Graph graph = model.graph();
        Set<String> needed = new HashSet<>(Set.of(value));
        List<Node> reversed = new ArrayList<>(graph.sorted());
        Collections.reverse(reversed);
        GraphEditor edit = graph.edit().setOutputs(List.of(new Value(value, null, null, Bytes.EMPTY)));
        for (Node node : reversed) {
            if (node.outputs().stream().anyMatch(needed::contains)) {
                needed.addAll(Graph.reads(node));
            } else {
                edit.remove(node);
            }
        }
        graph.inputs().stream()
                .map(Value::name)
                .filter(name -> !needed.contains(name))
                .forEach(edit::removeInput);
        return model.withGraph(edit.commit());
    }
}
