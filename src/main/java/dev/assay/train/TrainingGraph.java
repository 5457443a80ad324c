package dev.assay.train;

import dev.assay.InvalidModelException;
import dev.assay.grad.Differentiation;
import dev.assay.grad.Forward;
import dev.assay.grad.PixelInput;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OpsetConversion;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.Observation;
import dev.assay.runtime.Probe;
import dev.assay.train.Trainee.Normalization;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A classifier with its loss and the gradients of its parameters as one graph: parameters are inputs, BatchNormalization
 * does what the {@link Trainee} says.
 *
 * <p>The loss is the mean cross-entropy to the targets' probabilities.
 *
 * @param model the graph, of any batch
 * @param ports of the classifier
 * @param parameters in the order of the classifier's initializers
 * @param gradients for each parameter the output that holds its gradient; equal gradients share one
 * @param statistics of the normalizations that use their batch's
 */
record TrainingGraph(
        Model model,
        ClassifierPorts ports,
        List<Parameter> parameters,
        Map<String, String> gradients,
        List<BatchStatistics> statistics,
        Observation observation) {
    /** Input: UINT8 {@code [N, 3, H, W]}, RGB. */
    static final String IMAGES = "train/images";

    /** Input: FLOAT {@code [N, K]}, for each image the probabilities of all classes. */
    static final String TARGETS = "train/targets";

    /** Output: FLOAT scalar. */
    static final String LOSS = "train/loss";

    /** Output: FLOAT scalar, the number of images whose highest logit is where their target is highest. */
    static final String CORRECT = "train/correct";

    private static final long SEED = 7;

    /**
     * Writes the graph.
     *
     * @throws InvalidModelException if the classifier has no parameters
     * @throws dev.assay.UnsupportedOpException if an operator has no gradient
     */
    static TrainingGraph of(Trainee trainee) {
        Model raised = OpsetConversion.raise(trainee.classifier().model(), Forward.OPSET);
        return new Writer(raised, trainee).write();
    }

    /** The graph for batches of one size, which the runtime optimizes best. */
    Model forBatch(int batch) {
        Graph fixed = model.graph()
                .edit()
                .mapInputs(input -> switch (input.name()) {
                    case IMAGES -> input.withShape(Shape.of(batch, 3, ports.height(), ports.width()));
                    case TARGETS -> input.withShape(Shape.of(batch, ports.classes()));
                    default -> input;
                })
                .commit();
        return model.withGraph(fixed);
    }

    Map<String, long[]> inputShapes(int batch) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(IMAGES, new long[] {batch, 3, ports.height(), ports.width()});
        shapes.put(TARGETS, new long[] {batch, ports.classes()});
        parameters.forEach(
                parameter -> shapes.put(parameter.name(), parameter.initial().dims()));
        return shapes;
    }

    Map<String, long[]> outputShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(LOSS, new long[0]);
        shapes.put(CORRECT, new long[0]);
        parameters.forEach(
                parameter -> shapes.put(gradient(parameter), parameter.initial().dims()));
        for (BatchStatistics each : statistics) {
            shapes.put(each.batchMean(), new long[] {each.channels()});
            shapes.put(each.batchVariance(), new long[] {each.channels()});
        }
        return shapes;
    }

    String gradient(Parameter parameter) {
        String gradient = gradients.get(parameter.name());
        if (gradient == null) {
            throw new IllegalArgumentException("no parameter of this graph: " + parameter.name());
        }
        return gradient;
    }

    private static final class Writer {
        private final Model classifier;
        private final ClassifierPorts ports;
        private final Trainee trainee;
        private final String place;
        private final List<Parameter> parameters;
        private final GraphEditor edit;

        Writer(Model classifier, Trainee trainee) {
            this.ports = trainee.classifier().ports();
            this.trainee = trainee;
            this.place = trainee.place();
            this.parameters = Parameter.of(classifier.graph());
            if (parameters.isEmpty()) {
                throw new InvalidModelException(place + ": expected weights to train, got none");
            }
            this.classifier = classifier.withGraph(withParametersAsInputs(classifier.graph()));
            this.edit = this.classifier.graph().edit().forgetDeclaredValues();
        }

        private Graph withParametersAsInputs(Graph graph) {
            Map<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
            GraphEditor inputs = graph.edit();
            for (Parameter parameter : parameters) {
                constants.remove(parameter.name());
                graph.inputs().stream()
                        .filter(input -> input.name().equals(parameter.name()))
                        .findFirst()
                        .ifPresent(input -> inputs.removeInput(input.name()));
                inputs.addInput(Value.of(
                        parameter.name(),
                        DataType.FLOAT,
                        Shape.of(parameter.initial().dims())));
            }
            Graph fed = inputs.commit();
            return new Graph(graph.name(), fed.inputs(), fed.outputs(), fed.values(), fed.nodes(), constants);
        }

        TrainingGraph write() {
            List<BatchStatistics> statistics = trainee.normalization() == Normalization.BY_BATCH
                    ? BatchStatistics.train(classifier.graph(), edit)
                    : List.of();
            readBytes();
            String scoresGradient = loss();
            edit.setOutputs(List.of());
            edit.addOutput(Value.of(LOSS, DataType.FLOAT, Shape.of()));
            edit.addOutput(Value.of(CORRECT, DataType.FLOAT, Shape.of()));
            for (BatchStatistics each : statistics) {
                edit.addOutput(Value.of(each.batchMean(), DataType.FLOAT, Shape.of(each.channels())));
                edit.addOutput(Value.of(each.batchVariance(), DataType.FLOAT, Shape.of(each.channels())));
            }
            Model forward = classifier.withGraph(edit.commit());
            SplittableRandom random = new SplittableRandom(SEED);
            Observation observation = Probe.observe(forward, place, batch -> feeds(batch, random));
            Differentiation backward = Differentiation.of(
                    Forward.of(forward, observation, place),
                    Map.of(ports.logits(), scoresGradient),
                    parameters.stream().map(Parameter::name).toList());
            Observation all = Probe.observe(backward.model(), place, batch -> feeds(batch, random));
            Model fast = BlockedLayout.apply(backward.model(), all);
            return new TrainingGraph(fast, ports, parameters, backward.gradients(), statistics, observation);
        }

        /** Writes the classifier's input from images as bytes. */
        private void readBytes() {
            Dim batch = Dim.named("N");
            edit.removeInput(ports.input())
                    .addInput(value(
                            IMAGES, DataType.UINT8, batch, Dim.of(3), Dim.of(ports.height()), Dim.of(ports.width())))
                    .addInput(value(TARGETS, DataType.FLOAT, batch, Dim.of(ports.classes())));
            PixelInput.write(call("Div", toFloat(IMAGES), scalar(255)), trainee.preprocessing(), ports, edit);
        }

        private static Value value(String name, DataType type, Dim... dims) {
            return Value.of(name, type, new Shape(Arrays.asList(dims)));
        }

        /** Writes loss and number correct; returns the gradient of the loss to the logits: (softmax - targets) / N. */
        private String loss() {
            String logits = call("Reshape", ports.logits(), longs(-1, ports.classes()));
            String logProbabilities = call("LogSoftmax", Map.of("axis", Attribute.of(1)), logits);
            String perImage = call("ReduceSum", keepDims(false), call("Mul", logProbabilities, TARGETS), longs(1));
            edit.add(Node.of("Neg", List.of(call("ReduceMean", keepDims(false), perImage)), LOSS));
            String answers = highest(logits);
            String hits = toFloat(call("Equal", answers, highest(TARGETS)));
            edit.add(Node.of("ReduceSum", List.of(hits), CORRECT).withAttributes(keepDims(false)));
            String difference = call("Sub", call("Exp", logProbabilities), TARGETS);
            return call("Div", difference, toFloat(call("Size", answers)));
        }

        private String highest(String scores) {
            return call("ArgMax", Map.of("axis", Attribute.of(1), "keepdims", Attribute.of(0)), scores);
        }

        private String toFloat(String value) {
            return call("Cast", Map.of("to", Attribute.of(DataType.FLOAT.code())), value);
        }

        /** Random everything: what comes out the same twice must not be taken for a constant. */
        private Map<String, Tensor> feeds(long batch, SplittableRandom random) {
            Map<String, Tensor> feeds = new HashMap<>();
            long[] dims = {batch, 3, ports.height(), ports.width()};
            byte[] pixels = new byte[Math.toIntExact(Tensor.elements(dims))];
            random.nextBytes(pixels);
            feeds.put(IMAGES, Tensor.of(DataType.UINT8, dims, pixels));
            feeds.put(TARGETS, random(new long[] {batch, ports.classes()}, random));
            for (Parameter parameter : parameters) {
                feeds.put(parameter.name(), random(parameter.initial().dims(), random));
            }
            return feeds;
        }

        private static Tensor random(long[] dims, SplittableRandom random) {
            float[] values = new float[Math.toIntExact(Tensor.elements(dims))];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble();
            }
            return Tensor.ofFloats(dims, values);
        }

        private static Map<String, Attribute> keepDims(boolean keep) {
            return Map.of("keepdims", Attribute.of(keep ? 1 : 0));
        }

        private String call(String op, String... inputs) {
            return call(op, Map.of(), inputs);
        }

        private String call(String op, Map<String, Attribute> attributes, String... inputs) {
            String output = edit.freshName("train/" + op);
            edit.add(Node.of(op, List.of(inputs), output).withAttributes(attributes));
            return output;
        }

        private String scalar(float value) {
            return edit.addConstant("train/scalar", Tensor.scalar(value));
        }

        private String longs(long... values) {
            return edit.addConstant("train/longs", Tensor.vector(values));
        }
    }
}
