package dev.assay.grad;

import dev.assay.data.Preprocessing;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OpsetConversion;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A deployed classifier with a trigger stamped on its batch of N images before it and a loss behind it, as one graph.
 *
 * <p>Images {@code x} become {@code x + mask · (pattern − x)}, in pixels from 0 to 1, before preprocessing; with a mask
 * of 0 they are bit for bit what they were. The loss is the mean cross-entropy of the images towards the target, to
 * which the objective adds the norm {@code λ · Σ mask} (Wang et al., S&P 2019, eq. 3); the success is the share of images
 * whose highest score is the target's. The artifact's nodes stay as they are, but for the opset that they are raised to.
 *
 * @param model the graph, undifferentiated
 * @param scores the value that the loss starts from: logits, or the logarithm of probabilities
 * @param scoresGradient the value that holds the gradient of the loss to {@code scores}
 */
record TriggerGraph(Model model, String scores, String scoresGradient) {
    /** Input: UINT8 {@code [N, 3, H, W]}, RGB. */
    static final String IMAGES = "assay/images";

    /** Input: FLOAT {@code [1, 1, H, W]}, in [0, 1]. */
    static final String MASK = "assay/mask";

    /** Input: FLOAT {@code [1, 3, H, W]}, RGB, in [0, 1]. */
    static final String PATTERN = "assay/pattern";

    /** Input: INT64 {@code [1]}, a class. */
    static final String TARGET = "assay/target";

    /** Input: FLOAT {@code [1]}, λ. */
    static final String NORM_WEIGHT = "assay/norm_weight";

    /** Output: FLOAT {@code [1]}. */
    static final String LOSS = "assay/loss";

    /** Output: FLOAT {@code [1]}. */
    static final String SUCCESS = "assay/success";

    private static final float SMALLEST_PROBABILITY = 1e-12f;

    static TriggerGraph of(ImageClassifier classifier, Preprocessing preprocessing) {
        Model raised = OpsetConversion.raise(classifier.model(), Forward.OPSET);
        return new Writer(raised, classifier.ports(), preprocessing).write();
    }

    /** Writes the nodes around the artifact's. */
    private static final class Writer {
        private final Model artifact;
        private final ClassifierPorts ports;
        private final Preprocessing preprocessing;
        private final GraphEditor edit;

        Writer(Model artifact, ClassifierPorts ports, Preprocessing preprocessing) {
            this.artifact = artifact;
            this.ports = ports;
            this.preprocessing = preprocessing;
            this.edit = artifact.graph().edit().forgetDeclaredValues();
        }

        TriggerGraph write() {
            replaceInput();
            stamp();
            String scores = scores();
            String gradient = loss(scores);
            return new TriggerGraph(artifact.withGraph(edit.commit()), scores, gradient);
        }

        private void replaceInput() {
            int height = ports.height();
            int width = ports.width();
            Dim batch = Dim.named("N");
            edit.removeInput(ports.input())
                    .addInput(value(IMAGES, DataType.UINT8, batch, Dim.of(3), Dim.of(height), Dim.of(width)))
                    .addInput(value(MASK, DataType.FLOAT, Dim.of(1), Dim.of(1), Dim.of(height), Dim.of(width)))
                    .addInput(value(PATTERN, DataType.FLOAT, Dim.of(1), Dim.of(3), Dim.of(height), Dim.of(width)))
                    .addInput(value(TARGET, DataType.INT64, Dim.of(1)))
                    .addInput(value(NORM_WEIGHT, DataType.FLOAT, Dim.of(1)));
        }

        private static Value value(String name, DataType type, Dim... dims) {
            return Value.of(name, type, new Shape(Arrays.asList(dims)));
        }

        private void stamp() {
            String levels = call("Cast", asFloat(), IMAGES);
            String pixels = call("Div", levels, scalar(255));
            String change = call("Mul", MASK, call("Sub", PATTERN, pixels));
            PixelInput.write(call("Add", pixels, change), preprocessing, ports, edit);
        }

        /** {@code [N, classes]}. */
        private String scores() {
            boolean takesLogits = !ports.probabilities() || isFloat(ports.logits());
            String value = call("Reshape", takesLogits ? ports.logits() : ports.output(), longs(-1, ports.classes()));
            return takesLogits ? value : call("Log", call("Max", value, scalar(SMALLEST_PROBABILITY)));
        }

        /** Whether nothing says that a value is quantized. */
        private boolean isFloat(String value) {
            return artifact.graph()
                    .producer(value)
                    .filter(node ->
                            !node.op().startsWith("QLinear") && !node.op().equals("QGemm"))
                    .isPresent();
        }

        /** Writes loss and success; returns the gradient of the loss to the scores: (softmax − target) / N. */
        private String loss(String scores) {
            long[] classes = LongStream.range(0, ports.classes()).toArray();
            String target = call("Cast", asFloat(), call("Equal", TARGET, longs(classes)));
            String logProbabilities = call("LogSoftmax", Map.of("axis", Attribute.of(1L)), scores);
            String perImage = call("ReduceSum", keepDims(false), call("Mul", logProbabilities, target), longs(1));
            named(LOSS, call("Neg", call("ReduceMean", keepDims(true), perImage, longs(0))));

            String answers = call("ArgMax", Map.of("axis", Attribute.of(1L), "keepdims", Attribute.of(0L)), scores);
            String hits = call("Cast", asFloat(), call("Equal", answers, TARGET));
            named(SUCCESS, call("ReduceMean", keepDims(true), hits, longs(0)));

            String difference = call("Sub", call("Exp", logProbabilities), target);
            return call("Div", difference, call("Cast", asFloat(), call("Shape", perImage)));
        }

        private static Map<String, Attribute> asFloat() {
            return Map.of("to", Attribute.of(DataType.FLOAT.code()));
        }

        private static Map<String, Attribute> keepDims(boolean keep) {
            return Map.of("keepdims", Attribute.of(keep ? 1L : 0L));
        }

        private void named(String name, String value) {
            edit.add(Node.of("Identity", List.of(value), name));
            edit.addOutput(Value.of(name, DataType.FLOAT, Shape.of(1)));
        }

        private String call(String op, String... inputs) {
            return call(op, Map.of(), inputs);
        }

        private String call(String op, Map<String, Attribute> attributes, String... inputs) {
            String output = edit.freshName("assay/" + op);
            edit.add(Node.of(op, List.of(inputs), output).withAttributes(attributes));
            return output;
        }

        private String scalar(float value) {
            return edit.addConstant("assay/scalar", Tensor.scalar(value));
        }

        private String longs(long... values) {
            return edit.addConstant("assay/longs", Tensor.vector(values));
        }
    }
}
