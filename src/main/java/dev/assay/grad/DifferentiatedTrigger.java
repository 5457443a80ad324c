package dev.assay.grad;

import dev.assay.data.ImageSet;
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
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
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
 * A {@link TriggerGraph} with the gradients of its objective to mask and pattern as further outputs.
 *
 * @param model the graph
 * @param ports of the artifact in it
 * @param estimator whether the gradient is exact
 * @param maskGradient output {@code [1, 1, H, W]}
 * @param patternGradient output {@code [1, 3, H, W]}
 */
record DifferentiatedTrigger(
        Model model, ClassifierPorts ports, Estimator estimator, String maskGradient, String patternGradient) {
    /** Input: INT64 {@code [N]}, numbers of images, which the model holds. */
    static final String NUMBERS = "assay/numbers";

    private static final String POOL = "assay/pool";
    private static final long SEED = 7;
    private static final String OBJECTIVE_TO_MASK = "assay/objective_to_mask";

    /**
     * Differentiates a deployment.
     *
     * @param batch images of a batch
     */
    static DifferentiatedTrigger of(Deployed deployed, int batch) {
        ClassifierPorts ports = deployed.model().ports();
        TriggerGraph graph = TriggerGraph.of(deployed.model(), deployed.preprocessing());
        Observation observation = observe(graph.model(), ports, deployed.place());
        Forward forward = Forward.of(graph.model(), observation, deployed.place());
        Differentiation backward = Differentiation.of(
                forward,
                Map.of(graph.scores(), graph.scoresGradient()),
                List.of(TriggerGraph.MASK, TriggerGraph.PATTERN));
        return new DifferentiatedTrigger(
                        withNorm(backward.model(), backward.gradient(TriggerGraph.MASK), ports),
                        ports,
                        backward.estimator(),
                        OBJECTIVE_TO_MASK,
                        backward.gradient(TriggerGraph.PATTERN))
                .over(deployed.images(), batch);
    }

    /** Adds λ to the loss's gradient to the mask: what the norm's is, at every pixel. */
    private static Model withNorm(Model model, String lossToMask, ClassifierPorts ports) {
        Graph graph = model.graph()
                .edit()
                .add(Node.of("Add", List.of(lossToMask, TriggerGraph.NORM_WEIGHT), OBJECTIVE_TO_MASK))
                .addOutput(Value.of(OBJECTIVE_TO_MASK, DataType.FLOAT, Shape.of(1, 1, ports.height(), ports.width())))
                .commit();
        return model.withGraph(graph);
    }

    private static Observation observe(Model model, ClassifierPorts ports, String place) {
        SplittableRandom random = new SplittableRandom(SEED);
        LongFunction<Map<String, Tensor>> feeds = images -> random(random, ports, images);
        return ports.fixedBatch().isPresent()
                ? Probe.observe(model, place, feeds, ports.fixedBatch().getAsLong())
                : Probe.observe(model, place, feeds);
    }

    private static Map<String, Tensor> random(SplittableRandom random, ClassifierPorts ports, long images) {
        long[] pixelDims = {images, 3, ports.height(), ports.width()};
        byte[] pixels = new byte[Math.toIntExact(Tensor.elements(pixelDims))];
        random.nextBytes(pixels);
        return Map.of(
                TriggerGraph.IMAGES,
                Tensor.of(DataType.UINT8, pixelDims, pixels),
                TriggerGraph.MASK,
                uniform(random, 1, 1, ports.height(), ports.width()),
                TriggerGraph.PATTERN,
                uniform(random, 1, 3, ports.height(), ports.width()),
                TriggerGraph.TARGET,
                Tensor.vector(0),
                TriggerGraph.NORM_WEIGHT,
                Tensor.ofFloats(new long[] {1}, 0f));
    }

    private static Tensor uniform(SplittableRandom random, long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elements(dims))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return Tensor.ofFloats(dims, values);
    }

    /**
     * The model with images in it, of which it takes batches by {@link #NUMBERS}: they lie where the session computes, and
     * no step brings them there again.
     *
     * <p>Batches are of one size. The runtime fuses an Add into a convolution, and keeps elementwise operators in its
     * blocked layout, only where it can prove that shapes are equal, which it cannot past a Reshape of a free batch
     * (measured: without this, sums that an artifact fuses stay apart here, and its last bits differ).
     */
    private DifferentiatedTrigger over(ImageSet images, int batch) {
        GraphEditor edit = model.graph().edit().removeInput(TriggerGraph.IMAGES);
        edit.addConstant(POOL, pixels(images));
        Graph graph = edit.addInput(Value.of(NUMBERS, DataType.INT64, Shape.of(batch)))
                .add(Node.of("Gather", List.of(POOL, NUMBERS), TriggerGraph.IMAGES))
                .commit();
        return new DifferentiatedTrigger(model.withGraph(graph), ports, estimator, maskGradient, patternGradient);
    }

    private static Tensor pixels(ImageSet images) {
        long[] dims = {images.size(), ImageSet.CHANNELS, images.height(), images.width()};
        ByteBuffer pixels = ByteBuffer.allocateDirect(Math.toIntExact(Tensor.elements(dims)));
        for (int i = 0; i < images.size(); i++) {
            pixels.put(images.image(i));
        }
        return Tensor.of(DataType.UINT8, dims, pixels.flip(), Tensor.Storage.RAW, Bytes.EMPTY);
    }

    /** Loads the model. */
    Session open(String place, SessionSpec spec) {
        return open(model, place, spec);
    }

    /** Loads the part of the model that computes one value. */
    Session openUpTo(String value, String place, SessionSpec spec) {
        return open(upTo(value), place, spec);
    }

    private static Session open(Model model, String place, SessionSpec spec) {
        Map<String, Tensor> given = Map.of(POOL, model.graph().constant(POOL).orElseThrow());
        return Session.open(OnnxWriter.toBytesWithout(given.keySet(), model), place, spec, given);
    }

    /** How often a model with a fixed batch is run for a step. */
    int rounds(int images) {
        return ports.fixedBatch().isPresent() ? images / ports.batch(1) : 1;
    }

    Map<String, long[]> inputShapes(int images) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(NUMBERS, new long[] {images});
        shapes.put(TriggerGraph.MASK, new long[] {1, 1, ports.height(), ports.width()});
        shapes.put(TriggerGraph.PATTERN, new long[] {1, 3, ports.height(), ports.width()});
        shapes.put(TriggerGraph.TARGET, new long[] {1});
        shapes.put(TriggerGraph.NORM_WEIGHT, new long[] {1});
        return shapes;
    }

    Map<String, long[]> outputShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(TriggerGraph.LOSS, new long[] {1});
        shapes.put(TriggerGraph.SUCCESS, new long[] {1});
        shapes.put(maskGradient, new long[] {1, 1, ports.height(), ports.width()});
        shapes.put(patternGradient, new long[] {1, 3, ports.height(), ports.width()});
        return shapes;
    }

    private Model upTo(String value) {
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
