package dev.assay.quant;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.onnx.OpsetConversion;
import dev.assay.pass.FoldGemmFactors;
import dev.assay.pass.LowerBatchNormToConv;
import dev.assay.pass.LowerSumToAdd;
import dev.assay.pass.Pass;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Simplifier;
import java.util.List;
import java.util.Set;

/** Makes artifacts. */
public final class Quantizer {
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
        return scheme.recipe()
                .map(recipe -> apply(recipe, classifier, scheme, config, new Calibration(calibration, threads)))
                .orElseGet(() -> new Artifact(classifier.model(), List.of()));
    }

    private static Artifact apply(
            Recipe recipe, ImageClassifier classifier, Scheme scheme, QuantConfig config, Calibration calibration) {
        requireFloat(classifier.model().graph(), scheme);
        ImageClassifier prepared = prepare(classifier, recipe.opset(), recipe.needsCalibration());
        Written written = recipe.writer().write(prepared, config, calibration);
        return new Artifact(declareDomains(prepared.model().withGraph(written.graph())), written.skips());
    }

    /** Whether a model holds quantized operators already. */
    public static boolean isQuantized(Graph graph) {
        return graph.nodes().stream()
                .anyMatch(node -> QUANTIZED_OPS.contains(node.op())
                        || (node.domain().equals(Node.MICROSOFT) && node.op().startsWith("Q")));
    }

    static void requireFloat(Graph graph, Scheme scheme) {
        if (isQuantized(graph)) {
            throw new UnsupportedOpException(
                    "scheme %s: expected a float model, got one that is quantized already; audit it as it is"
                            .formatted(scheme.id()));
        }
    }

    /**
     * The model as a scheme's writer takes it: simplified, without factors of Gemm, at an opset, and observed.
     *
     * @param forIntegers whether operators without integer kernels become others that have one: Sum, and
     *     BatchNormalization that no convolution takes in
     */
    static ImageClassifier prepare(ImageClassifier classifier, long opset, boolean forIntegers) {
        Model model = classifier.model();
        // The simplification takes in additions of constants, drops Identity, and makes constants what factors scale.
        Model simplified = Simplifier.simplify(forIntegers ? after(new LowerSumToAdd(), model) : model, PLACE);
        Model raised = OpsetConversion.raise(after(new FoldGemmFactors(), simplified), opset);
        ImageClassifier prepared = classifier.after(raised, PLACE);
        return forIntegers ? withBatchNormLowered(prepared) : prepared;
    }

    private static Model after(Pass pass, Model model) {
        return model.withGraph(pass.apply(model.graph()).graph());
    }

    static ImageClassifier observe(Model model, ClassifierPorts ports) {
        return ImageClassifier.of(
                model, PLACE, new ImageClassifier.Hints(ports.layout(), ports.height(), ports.width()));
    }

    private static ImageClassifier withBatchNormLowered(ImageClassifier prepared) {
        Graph graph = prepared.model().graph();
        Pass lowering = new LowerBatchNormToConv(
                value -> prepared.observation()
                        .of(value)
                        .filter(seen -> seen.dims().size() == 4)
                        .isPresent(),
                value -> graph.consumers(value).stream().anyMatch(StaticPlan::mayQuantize));
        Pass.Outcome outcome = lowering.apply(graph);
        return outcome.changed() ? prepared.after(prepared.model().withGraph(outcome.graph()), PLACE) : prepared;
    }

    private static Model declareDomains(Model model) {
        boolean microsoft =
                model.graph().nodes().stream().anyMatch(node -> node.domain().equals(Node.MICROSOFT));
        return microsoft && !model.opsets().containsKey(Node.MICROSOFT) ? model.withOpset(Node.MICROSOFT, 1) : model;
    }
}
