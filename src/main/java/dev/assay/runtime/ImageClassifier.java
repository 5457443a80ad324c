package dev.assay.runtime;

import dev.assay.InvalidModelException;
import dev.assay.UnsupportedOpException;
import dev.assay.data.Preprocessing.Layout;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Value;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model seen as an image classifier: its ports, and what a probe observed.
 *
 * @param model the model
 * @param observation shapes and types of its values
 * @param ports what goes in and what comes out
 */
public record ImageClassifier(Model model, Observation observation, ClassifierPorts ports) {
    /** Operators that hand scores on without changing which is highest. */
    private static final Set<String> TRANSPARENT = Set.of(
            "Identity",
            "Cast",
            "Reshape",
            "Flatten",
            "Squeeze",
            "QuantizeLinear",
            "DequantizeLinear",
            "com.microsoft.QuantizeLinear",
            "com.microsoft.DequantizeLinear");

    /** As many floats as a Java buffer holds. */
    private static final long MOST_ELEMENTS = Integer.MAX_VALUE / Float.BYTES;

    private static final Set<String> SOFTMAX = Set.of("Softmax", "com.microsoft.QLinearSoftmax");

    /** What a caller knows of the input; null where the model or a trial run may say. */
    public record Hints(
            @Nullable Layout layout,
            @Nullable Integer height,
            @Nullable Integer width) {
        /** Nothing known. */
        public static final Hints NONE = new Hints(null, null, null);
    }

    /**
     * Finds the ports of a model by running it.
     *
     * @param model the model
     * @param place its name in error messages
     * @param hints what is known of the input
     * @throws InvalidModelException if it does not run, or is no classifier of RGB images
     * @throws UnsupportedOpException if its input is of a type Assay has no images for
     */
    public static ImageClassifier of(Model model, String place, Hints hints) {
        Value input = imageInput(model, place);
        Shape shape = input.shape();
        if (shape == null || shape.rank() != 4) {
            throw new InvalidModelException(
                    "%s: input '%s': expected an image batch of rank 4, got %s".formatted(place, input.name(), shape));
        }
        if (input.type() != DataType.FLOAT && input.type() != DataType.UINT8) {
            throw new UnsupportedOpException("%s: input '%s': expected FLOAT or UINT8 pixels, got %s"
                    .formatted(place, input.name(), input.type()));
        }
        Layout layout = layout(shape, hints.layout(), place);
        int heightAxis = layout == Layout.NCHW ? 2 : 1;
        long height = extent(shape, heightAxis, hints.height(), place);
        long width = extent(shape, heightAxis + 1, hints.width(), place);
        requireRoom(shape, height, width, place);
        ClassifierPorts partial = new ClassifierPorts(
                input.name(),
                input.type(),
                layout,
                (int) height,
                (int) width,
                "",
                0,
                false,
                "",
                null,
                fixedBatch(shape));
        long[] imageDims = Arrays.copyOfRange(partial.inputShape(1), 1, 4);
        Observation observation = Probe.observe(model, place, input, imageDims);
        return new ImageClassifier(model, observation, outputs(model, place, observation, partial));
    }

    /**
     * This classifier after a rewriting under which every value that keeps its name keeps its meaning. It runs only if
     * the rewriting brought in values of new names.
     *
     * @param rewritten the model after it, with the same input
     * @param place its name in error messages
     * @throws InvalidModelException if it does not run, or is no classifier of RGB images
     */
    public ImageClassifier after(Model rewritten, String place) {
        boolean seen = rewritten.graph().nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .allMatch(value -> value.isEmpty() || observation.of(value).isPresent());
        return seen
                ? new ImageClassifier(rewritten, observation, outputs(rewritten, place, observation, ports))
                : of(rewritten, place, new Hints(ports.layout(), ports.height(), ports.width()));
    }

    private static Value imageInput(Model model, String place) {
        List<Value> inputs = model.graph().fedInputs();
        if (inputs.size() != 1) {
            throw new InvalidModelException("%s: expected one image input, got %d: %s"
                    .formatted(
                            place,
                            inputs.size(),
                            inputs.stream().map(Value::name).collect(Collectors.joining(", "))));
        }
        return inputs.get(0);
    }

    private static Layout layout(Shape shape, @Nullable Layout hint, String place) {
        boolean first = hint != Layout.NHWC && mayBeColours(shape.dim(1));
        boolean last = hint != Layout.NCHW && mayBeColours(shape.dim(3));
        boolean seenFirst = shape.dim(1).size() == ClassifierPorts.CHANNELS;
        if (!first && !last) {
            throw new InvalidModelException("%s: expected three colour channels on axis %s of the input, got %s"
                    .formatted(place, hint == null ? "1 or 3" : hint == Layout.NCHW ? "1" : "3", shape));
        }
        if (first && last && seenFirst == (shape.dim(3).size() == ClassifierPorts.CHANNELS)) {
            throw new InvalidModelException(
                    "%s: axes 1 and 3 of the input could both be its colours: %s; say --layout nchw or nhwc"
                            .formatted(place, shape));
        }
        return first && (seenFirst || !last) ? Layout.NCHW : Layout.NHWC;
    }

    private static boolean mayBeColours(Dim dim) {
        return !dim.isKnown() || dim.size() == ClassifierPorts.CHANNELS;
    }

    private static long extent(Shape shape, int axis, @Nullable Integer hint, String place) {
        if (shape.dim(axis).isKnown()) {
            return shape.dim(axis).size();
        }
        if (hint == null) {
            throw new InvalidModelException(
                    "%s: axis %d of the input is free (%s): say --size HEIGHTxWIDTH".formatted(place, axis, shape));
        }
        return hint;
    }

    /** One buffer must hold a batch. */
    private static void requireRoom(Shape shape, long height, long width, String place) {
        long batch = fixedBatch(shape).orElse(Classifier.BATCH);
        boolean empty = batch < 1 || height < 1 || width < 1;
        if (empty || MOST_ELEMENTS / ClassifierPorts.CHANNELS / batch / height / width < 1) {
            throw new InvalidModelException("%s: expected a batch of %d images to have 1 to %d elements, got input %s"
                    .formatted(place, batch, MOST_ELEMENTS, shape));
        }
    }

    private static OptionalLong fixedBatch(Shape shape) {
        return shape.dim(0).isKnown() ? OptionalLong.of(shape.dim(0).size()) : OptionalLong.empty();
    }

    private static ClassifierPorts outputs(
            Model model, String place, Observation observation, ClassifierPorts partial) {
        Graph graph = model.graph();
        Value output = graph.outputs().stream()
                .filter(candidate -> isScores(observation.of(candidate.name())))
                .findFirst()
                .orElseThrow(() -> new InvalidModelException(
                        "%s: expected an output with a FLOAT score for each of two or more classes, got %s"
                                .formatted(place, describeOutputs(graph, observation))));
        int classes = (int) observation.of(output.name()).orElseThrow().elementsPerImage();
        Optional<Node> softmax =
                producerThrough(graph, output.name(), TRANSPARENT).filter(node -> SOFTMAX.contains(node.qualifiedOp()));
        String logits = softmax.map(node -> node.input(0)).orElse(output.name());
        return new ClassifierPorts(
                partial.input(),
                partial.type(),
                partial.layout(),
                partial.height(),
                partial.width(),
                output.name(),
                classes,
                softmax.isPresent(),
                logits,
                features(graph, observation, logits),
                partial.fixedBatch());
    }

    /** {@code [N, K]}, or {@code [N, K, 1, 1]}. */
    private static boolean isScores(Optional<Observed> output) {
        return output.filter(o -> o.type() == DataType.FLOAT && o.dims().size() >= 2)
                .filter(o -> o.dims().get(0).equals(new Observed.Extent(0, 1)))
                .filter(o -> o.elementsPerImage() >= 2 && o.elementsPerImage() == o.shapeAt(1)[1])
                .isPresent();
    }

    private static String describeOutputs(Graph graph, Observation observation) {
        return graph.outputs().stream()
                .map(output -> output.name()
                        + observation
                                .of(output.name())
                                .map(o -> ": " + o.type() + Arrays.toString(o.shapeAt(1)))
                                .orElse(""))
                .collect(Collectors.joining(", "));
    }

    private static Optional<Node> producerThrough(Graph graph, String value, Set<String> transparent) {
        Optional<Node> producer = graph.producer(value);
        while (producer.isPresent() && transparent.contains(producer.get().qualifiedOp())) {
            producer = graph.producer(producer.get().input(0));
        }
        return producer;
    }

    /** What the last product before the logits reads, searched backwards breadth first. */
    private static @Nullable String features(Graph graph, Observation observation, String logits) {
        Deque<String> frontier = new ArrayDeque<>(List.of(logits));
        Set<String> seen = new HashSet<>(frontier);
        while (!frontier.isEmpty()) {
            Optional<Node> producer = graph.producer(frontier.remove());
            if (producer.filter(Macs::has).isPresent()) {
                String features = producer.get().input(0);
                return graph.producer(features).isPresent() ? features : null;
            }
            producer.ifPresent(node -> node.inputs().stream()
                    .filter(value ->
                            observation.of(value).filter(Observed::followsBatch).isPresent())
                    .filter(seen::add)
                    .forEach(frontier::add));
        }
        return null;
    }

    /** {@link Graph#parameters() Parameters} of the main graph. */
    public long parameters() {
        return model.graph().parameters();
    }
}
