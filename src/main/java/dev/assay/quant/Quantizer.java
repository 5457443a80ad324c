package dev.assay.quant;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.onnx.OpsetConversion;
import dev.assay.pass.LowerBatchNormToConv;
import dev.assay.pass.Pass;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Simplifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Makes artifacts. */
public final class Quantizer {
    /** DequantizeLinear with a scale for each channel. */
    private static final long PER_CHANNEL_OPSET = 13;
    /** 4-bit tensors and DequantizeLinear in blocks. */
    private static final long FOUR_BIT_OPSET = 21;

    private static final Set<String> QUANTIZED_OPS = Set.of(
            "QuantizeLinear",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "QLinearConv",
            "QLinearMatMul",
            "ConvInteger",
            "MatMulInteger",
            "MatMulNBits");

    private static final String PLACE = "quantization";

    private Quantizer() {}

    /**
     * Makes the artifact of a scheme. {@link Scheme#FP32} gives the model back unchanged.
     *
     * @param classifier a float model
     * @param calibration images for the schemes that need calibration; others ignore it
     * @param threads threads for calibration
     * @throws UnsupportedOpException if the scheme cannot be applied to this model, saying why
     */
    public static Artifact quantize(
            ImageClassifier classifier, Scheme scheme, QuantConfig config, ImageSource calibration, int threads) {
        if (scheme == Scheme.FP32) {
            return new Artifact(classifier.model(), List.of());
        }
        requireFloat(classifier.model().graph(), scheme);
        boolean fourBit = scheme == Scheme.INT4_WEIGHT || scheme == Scheme.INT4_KERNEL;
        ImageClassifier prepared = prepare(classifier, fourBit ? FOUR_BIT_OPSET : PER_CHANNEL_OPSET);
        Graph graph = prepared.model().graph();
        Written written =
                switch (scheme) {
                    case INT8_DYNAMIC -> DynamicWriter.all(graph, config);
                    case INT8_LINEAR_ONLY -> DynamicWriter.linearOnly(graph, config);
                    case INT4_WEIGHT -> FourBitWriter.weightOnly(prepared, config);
                    case INT4_KERNEL -> FourBitWriter.onKernels(prepared, config);
                    case INT4_SIMULATED -> SimulatedWriter.write(graph);
                    case INT8_STATIC ->
                        statically(prepared, config, calibration, threads, AffineParams::unsigned, StaticWriter::qdq);
                    case INT8_QOPERATOR ->
                        statically(
                                prepared,
                                config,
                                calibration,
                                threads,
                                AffineParams::unsigned,
                                StaticWriter::qoperator);
                    case INT8_SYMMETRIC ->
                        statically(prepared, config, calibration, threads, AffineParams::symmetric, StaticWriter::qdq);
                    case FP32 -> throw new IllegalStateException("handled above");
                };
        return new Artifact(declareDomains(prepared.model().withGraph(written.graph())), written.skips());
    }

    /** Whether a model holds quantized operators already. */
    public static boolean isQuantized(Graph graph) {
        return graph.nodes().stream()
                .anyMatch(node -> QUANTIZED_OPS.contains(node.op())
                        || (node.domain().equals(Node.MICROSOFT) && node.op().startsWith("Q")));
    }

    private static void requireFloat(Graph graph, Scheme scheme) {
        if (isQuantized(graph)) {
            throw new UnsupportedOpException(
                    "scheme %s: expected a float model, got one that is quantized already; audit it as it is"
                            .formatted(scheme.id()));
        }
    }

    private static ImageClassifier prepare(ImageClassifier classifier, long opset) {
        Model simplified = Simplifier.simplify(classifier.model(), PLACE);
        return observe(OpsetConversion.raise(simplified, opset), classifier.ports());
    }

    private static ImageClassifier observe(Model model, ClassifierPorts ports) {
        return ImageClassifier.of(
                model, PLACE, new ImageClassifier.Hints(ports.layout(), ports.height(), ports.width()));
    }

    private static ImageClassifier withBatchNormLowered(ImageClassifier prepared) {
        Pass lowering = new LowerBatchNormToConv(value -> prepared.observation()
                .of(value)
                .filter(seen -> seen.dims().size() == 4)
                .isPresent());
        Pass.Outcome outcome = lowering.apply(prepared.model().graph());
        return outcome.changed() ? observe(prepared.model().withGraph(outcome.graph()), prepared.ports()) : prepared;
    }

    @FunctionalInterface
    private interface PlanWriter {
        Graph write(
                StaticPlan plan, Map<String, Range> ranges, Function<Range, AffineParams> toParams, QuantConfig config);
    }

    private static Written statically(
            ImageClassifier prepared,
            QuantConfig config,
            ImageSource calibration,
            int threads,
            Function<Range, AffineParams> toParams,
            PlanWriter writer) {
        ImageClassifier lowered = withBatchNormLowered(prepared);
        StaticPlan plan = StaticPlan.of(lowered);
        Map<String, Range> ranges =
                new RangeCollector(lowered, plan.valuesToCalibrate(), calibration, threads).ranges(config.calibrator());
        return new Written(writer.write(plan, ranges, toParams, config), plan.skips());
    }

    private static Model declareDomains(Model model) {
        boolean microsoft =
                model.graph().nodes().stream().anyMatch(node -> node.domain().equals(Node.MICROSOFT));
        return microsoft && !model.opsets().containsKey(Node.MICROSOFT) ? model.withOpset(Node.MICROSOFT, 1) : model;
    }
}
