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
 * A deployed classifier with a trigger stamped on its images before it and a loss behind it, as one graph: K triggers at
 * a time, each on its own share of the batch of N images.
 *
 * <p>Images {@code x} become {@code x + mask · (pattern − x)}, in pixels from 0 to 1, before preprocessing; with a mask
 * of 0 they are bit for bit what they were. For each trigger the loss is the mean cross-entropy of its images towards its
 * target (Wang et al., S&P 2019, eq. 3, without the norm), and the success is the share of its images whose highest
 * score is the target's. The artifact's nodes stay as they are, but for the opset that they are raised to.
 *
 * @param model the graph, undifferentiated
 * @param scores the value that the loss starts from: logits, or the logarithm of probabilities
 * @param scoresGradient the value that holds the gradient of the sum of all losses to {@code scores}
 */
record TriggerGraph(Model model, String scores, String scoresGradient) {
    /** Input: UINT8 {@code [N, 3, H, W]}, RGB; trigger k is stamped on images {@code k·N/K} to before {@code (k+1)·N/K}. */
    static final String IMAGES = "assay/images";

    /** Input: FLOAT {@code [K, 1, H, W]}, in [0, 1]. */
    static final String MASK = "assay/mask";

    /** Input: FLOAT {@code [K, 3, H, W]}, RGB, in [0, 1]. */
    static final String PATTERN = "assay/pattern";

    /** Input: INT64 {@code [K, 1]}. */
    static final String TARGETS = "assay/targets";

    /** Output: FLOAT {@code [K]}. */
    static final String LOSS = "assay/loss";

    /** Output: FLOAT {@code [K]}. */
    static final String SUCCESS = "assay/success";

    private static final float SMALLEST_PROBABILITY = 1e-12f;

    static TriggerGraph of(ImageClassifier classifier, Preprocessing preprocessing, int slots) {
        Model raised = OpsetConversion.raise(classifier.model(), Forward.OPSET);
        return new Writer(raised, classifier.ports(), preprocessing, slots).write();
    }

    /** Writes the nodes around the artifact's. */
    private static final class Writer {
        private final Model artifact;
        private final ClassifierPorts ports;
        private final Preprocessing preprocessing;
        private final int slots;
        private final GraphEditor edit;

        Writer(Model artifact, ClassifierPorts ports, Preprocessing preprocessing, int slots) {
            this.artifact = artifact;
            this.ports = ports;
            this.preprocessing = preprocessing;
            this.slots = slots;
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
                    .addInput(value(MASK, DataType.FLOAT, Dim.of(slots), Dim.of(1), Dim.of(height), Dim.of(width)))
                    .addInput(value(PATTERN, DataType.FLOAT, Dim.of(slots), Dim.of(3), Dim.of(height), Dim.of(width)))
                    .addInput(value(TARGETS, DataType.INT64, Dim.of(slots), Dim.of(1)));
        }

        private static Value value(String name, DataType type, Dim... dims) {
            return Value.of(name, type, new Shape(Arrays.asList(dims)));
        }

        private void stamp() {
            String levels = call("Cast", Map.of("to", Attribute.of(DataType.FLOAT.code())), IMAGES);
            String pixels = grouped(call("Div", levels, scalar(255)));
            String mask = eachGroup(MASK);
            String change = call("Mul", mask, call("Sub", eachGroup(PATTERN), pixels));
            String stamped = call("Add", pixels, change);
            if (slots > 1) {
                stamped = call("Reshape", stamped, longs(-1, 3, ports.height(), ports.width()));
            }
            PixelInput.write(stamped, preprocessing, ports, edit);
        }

        /** {@code [N, …]} as {@code [K, N/K, …]}; with one trigger as it is. */
        private String grouped(String images) {
            return slots == 1 ? images : call("Reshape", images, longs(slots, -1, 3, ports.height(), ports.width()));
        }

        /** {@code [K, …]} as {@code [K, 1, …]}, to go with {@link #grouped}. */
        private String eachGroup(String triggers) {
            return slots == 1 ? triggers : call("Unsqueeze", triggers, longs(1));
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

        /** Writes loss and success; returns the gradient of the losses' sum to the scores: (softmax − target) · K/N. */
        private String loss(String scores) {
            long[] classes = LongStream.range(0, ports.classes()).toArray();
            String target = call(
                    "Cast",
                    Map.of("to", Attribute.of(DataType.FLOAT.code())),
                    call("Equal", call("Unsqueeze", TARGETS, longs(1)), longs(classes)));
            String logProbabilities = call(
                    "Reshape",
                    call("LogSoftmax", Map.of("axis", Attribute.of(1L)), scores),
                    longs(slots, -1, ports.classes()));
            String perImage = call("ReduceSum", keepDims(false), call("Mul", logProbabilities, target), longs(2));
            named(LOSS, call("Neg", call("ReduceMean", keepDims(false), perImage, longs(1))));

            String answers = call("ArgMax", Map.of("axis", Attribute.of(1L), "keepdims", Attribute.of(0L)), scores);
            String hits = call("Equal", call("Reshape", answers, longs(slots, -1)), TARGETS);
            String asNumbers = call("Cast", Map.of("to", Attribute.of(DataType.FLOAT.code())), hits);
            named(SUCCESS, call("ReduceMean", keepDims(false), asNumbers, longs(1)));

            String difference = call("Sub", call("Exp", logProbabilities), target);
            String imagesPerTrigger = call(
                    "Cast",
                    Map.of("to", Attribute.of(DataType.FLOAT.code())),
                    call("Shape", Map.of("start", Attribute.of(1L), "end", Attribute.of(2L)), perImage));
            return call("Reshape", call("Div", difference, imagesPerTrigger), longs(-1, ports.classes()));
        }

        private static Map<String, Attribute> keepDims(boolean keep) {
            return Map.of("keepdims", Attribute.of(keep ? 1L : 0L));
        }

        private void named(String name, String value) {
            edit.add(Node.of("Identity", List.of(value), name));
            edit.addOutput(Value.of(name, DataType.FLOAT, Shape.of(slots)));
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
