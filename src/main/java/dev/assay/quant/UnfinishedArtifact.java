package dev.assay.quant;

import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import java.util.HashMap;
import java.util.Map;

/**
 * An artifact of {@link Scheme#INT8_STATIC} whose weights are still to be trained, as quantization-aware training does
 * (Jacob et al., CVPR 2018, section 3): activation ranges are chosen, BatchNormalization is folded, weights and biases are
 * float.
 *
 * <p>Against the paper, ranges come from calibration images and stay, as the scheme's do, instead of following training;
 * and normalizations are folded with the statistics that they have.
 */
public final class UnfinishedArtifact {
    private final ImageClassifier prepared;
    private final ImageClassifier simulation;
    private final Map<String, Range> ranges;
    private final QuantConfig config;
    /** Of the weights that will have 8 bits, by name. */
    private final Map<String, Integer> channelAxes;

    private UnfinishedArtifact(
            ImageClassifier prepared, StaticPlan plan, Map<String, Range> ranges, QuantConfig config) {
        this.prepared = prepared;
        this.ranges = Map.copyOf(ranges);
        this.config = config;
        this.channelAxes = channelAxes(plan);
        Graph graph = StaticWriter.withFloatWeights(plan, ranges, AffineParams::unsigned, config);
        this.simulation = Quantizer.observe(prepared.model().withGraph(graph), prepared.ports());
    }

    /**
     * Chooses the ranges of a float model.
     *
     * @param calibration images
     * @param threads threads for running the model on them
     * @throws dev.assay.UnsupportedOpException if the model is quantized already
     * @throws dev.assay.InvalidDataException if there are no images, or they make a value infinite or NaN
     */
    public static UnfinishedArtifact of(
            ImageClassifier classifier, QuantConfig config, ImageSource calibration, int threads) {
        Quantizer.requireFloat(classifier.model().graph(), Scheme.INT8_STATIC);
        ImageClassifier prepared = Quantizer.prepare(classifier, Recipe.PER_CHANNEL_OPSET, true);
        StaticPlan plan = StaticPlan.of(prepared);
        Map<String, Range> ranges = new RangeCollector(
                        prepared, plan.valuesToCalibrate(), new Calibration(calibration, threads))
                .ranges(config.calibrator());
        return new UnfinishedArtifact(prepared, plan, ranges, config);
    }

    private static Map<String, Integer> channelAxes(StaticPlan plan) {
        Map<String, Integer> axes = new HashMap<>();
        for (PlannedNode planned : plan.nodes()) {
            Node node = planned.node();
            if (plan.hasWeights(planned)) {
                axes.put(node.input(1), Products.rowsAreOutputs(node) ? 0 : 1);
            }
        }
        return Map.copyOf(axes);
    }

    /** The model with activations rounded as the artifact's are, between float kernels with float weights. */
    public ImageClassifier simulation() {
        return simulation;
    }

    /**
     * The values that the artifact will have in place of a constant's of the simulation; biases, which have 32 bits there,
     * and what stays float are given back as they are.
     */
    public float[] rounded(String constant, float[] values) {
        Integer axis = channelAxes.get(constant);
        if (axis == null) {
            return values;
        }
        long[] dims = prepared.model().graph().constant(constant).orElseThrow().dims();
        return ChannelWeights.of(Tensor.ofFloats(dims, values), axis, config.rounding())
                .dequantized();
    }

    /**
     * The artifact, with these constants.
     *
     * @param trained the simulation, whose constants training may have changed
     */
    public Artifact finish(Model trained) {
        Graph graph = prepared.model().graph();
        GraphEditor edit = graph.edit();
        graph.initializers().keySet().forEach(name -> trained.graph()
                .constant(name)
                .ifPresent(values -> edit.setConstant(name, values)));
        ImageClassifier finished =
                new ImageClassifier(prepared.model().withGraph(edit.commit()), prepared.observation(), prepared.ports());
        StaticPlan plan = StaticPlan.of(finished);
        Graph written = StaticWriter.qdq(plan, ranges, AffineParams::unsigned, config);
        return new Artifact(finished.model().withGraph(written), plan.skips());
    }
}
