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
import java.util.Objects;

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
    private final StaticPlan plan;
    private final Map<String, Range> ranges;
    private final QuantConfig config;

    private UnfinishedArtifact(
            ImageClassifier prepared, StaticPlan plan, Map<String, Range> ranges, QuantConfig config) {
        this.prepared = prepared;
        this.plan = plan;
        this.ranges = Map.copyOf(ranges);
        this.config = config;
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

    /** The model with activations rounded as the artifact's are, between float kernels with float weights. */
    public ImageClassifier simulation() {
        return simulation;
    }

    /**
     * The values that the artifact will have in place of the simulation's constants: weights as what their 8 bits stand for,
     * biases as what their 32 bits do, and what stays float as it is.
     *
     * @param constants by name; among them all weights that have 8 bits there
     */
    public Map<String, float[]> rounded(Map<String, float[]> constants) {
        Map<String, float[]> rounded = new HashMap<>(constants);
        for (PlannedNode planned : plan.nodes()) {
            if (plan.hasWeights(planned)) {
                round(planned.node(), constants, rounded);
            }
        }
        return rounded;
    }

    private void round(Node node, Map<String, float[]> constants, Map<String, float[]> rounded) {
        String name = node.input(1);
        float[] values = Objects.requireNonNull(constants.get(name), name);
        long[] dims = prepared.model().graph().constant(name).orElseThrow().dims();
        ChannelWeights weights = ChannelWeights.of(
                Tensor.ofFloats(dims, values), Products.rowsAreOutputs(node) ? 0 : 1, config.rounding());
        float[] bias = constants.get(node.input(2));
        if (bias == null) {
            rounded.put(name, weights.dequantized());
            return;
        }
        Range range = Objects.requireNonNull(ranges.get(plan.scaleOwner(node.input(0))), node.input(0));
        float inputScale = AffineParams.unsigned(range).scale();
        ChannelWeights fitting = weights.fitting(bias, inputScale);
        rounded.put(name, fitting.dequantized());
        rounded.put(node.input(2), fitting.dequantizedBias(bias, inputScale));
    }

    /**
     * The artifact, with these constants.
     *
     * @param trained the simulation, whose constants training may have changed
     */
    public Artifact finish(Model trained) {
        Graph graph = prepared.model().graph();
        GraphEditor edit = graph.edit();
        graph.initializers()
                .keySet()
                .forEach(name -> trained.graph().constant(name).ifPresent(values -> edit.setConstant(name, values)));
        ImageClassifier finished = new ImageClassifier(
                prepared.model().withGraph(edit.commit()), prepared.observation(), prepared.ports());
        StaticPlan finalPlan = StaticPlan.of(finished);
        Graph written = StaticWriter.qdq(finalPlan, ranges, AffineParams::unsigned, config);
        return new Artifact(finished.model().withGraph(written), finalPlan.skips());
    }
}
