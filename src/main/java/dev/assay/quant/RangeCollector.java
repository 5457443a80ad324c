package dev.assay.quant;

import dev.assay.InvalidDataException;
import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Observed;
import dev.assay.runtime.SessionSpec;
import dev.assay.runtime.SideBySide;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Collects the ranges of values over calibration images, batch by batch: extremes are reduced inside the runtime;
 * histograms, where a calibrator wants them, take a second pass. Memory does not grow with the number of images.
 */
final class RangeCollector {
    /**
     * Every value is read again as soon as it is written: small batches stay in the cache (measured: 16 images a quarter
     * faster, 8 another twelfth).
     */
    private static final int BATCH = 8;

    private final ImageClassifier classifier;
    private final Set<String> values;
    private final ImageSource images;
    private final int threads;

    RangeCollector(ImageClassifier classifier, Set<String> values, Calibration calibration) {
        this.classifier = classifier;
        this.values = values;
        this.images = calibration.images();
        this.threads = calibration.threads();
    }

    /**
     * The range of each value.
     *
     * @throws InvalidDataException if there are no images, or they make a value infinite or NaN
     */
    Map<String, Range> ranges(Calibrator calibrator) {
        if (images.size() == 0) {
            throw new InvalidDataException("calibration: expected images, got none; pass --calibration or --data");
        }
        if (values.isEmpty()) {
            return Map.of();
        }
        Map<String, Range> extremes = extremes();
        return calibrator.choice().map(choice -> choose(choice, extremes)).orElse(extremes);
    }

    /** The outputs under which the runtime hands out a value's extremes; without {@code low}, it has no negative element. */
    private record Extremes(String value, @Nullable String low, String high) {
        Range in(Classifier.Outputs batch, int from) {
            FloatBuffer highs = batch.get(high).asFloatBuffer();
            float highest = highs.get();
            while (highs.hasRemaining()) {
                highest = Math.max(highest, highs.get());
            }
            float lowest = low == null ? 0 : batch.get(low).getFloat();
            requireFinite(value, lowest, highest, from);
            return Range.of(lowest, highest);
        }
    }

    private Map<String, Range> extremes() {
        GraphEditor edit = classifier.model().graph().edit();
        Map<String, Observed> outputs = new LinkedHashMap<>();
        List<Extremes> extremes =
                values.stream().map(value -> extremes(edit, value, outputs)).toList();
        Graph graph = edit.setOutputs(
                        outputs.keySet().stream().map(RangeCollector::untyped).toList())
                .commit();
        Map<String, Range> ranges = new LinkedHashMap<>();
        run(graph, outputs, () -> new SeenExtremes(extremes, new LinkedHashMap<>()))
                .forEach(part -> part.ranges().forEach((value, range) -> ranges.merge(value, range, Range::union)));
        return ranges;
    }

    /** The extremes of a part of the images. */
    private record SeenExtremes(List<Extremes> extremes, Map<String, Range> ranges)
            implements Classifier.BatchConsumer {
        @Override
        public void accept(int from, int count, Classifier.Outputs outputs) {
            extremes.forEach(extreme -> ranges.merge(extreme.value(), extreme.in(outputs, from), Range::union));
        }
    }

    private Extremes extremes(GraphEditor edit, String value, Map<String, Observed> outputs) {
        Observed observed = classifier.observation().of(value).orElseThrow();
        boolean image = observed.dims().size() == 4 && observed.followsBatch();
        if (image
                && classifier
                        .model()
                        .graph()
                        .producer(value)
                        .filter(node -> node.is("Relu"))
                        .isPresent()) {
            return new Extremes(value, null, channelMaxima(edit, value, observed, outputs));
        }
        return new Extremes(
                value, reduce(edit, "ReduceMin", value, outputs), reduce(edit, "ReduceMax", value, outputs));
    }

    /** A global pooling reads the blocked layout that convolutions write; a reduction has it converted first. */
    private static String channelMaxima(
            GraphEditor edit, String value, Observed observed, Map<String, Observed> outputs) {
        String output = edit.freshName(value + "/GlobalMaxPool");
        edit.add(Node.of("GlobalMaxPool", List.of(value), output));
        List<Observed.Extent> dims = observed.dims();
        Observed.Extent one = new Observed.Extent(1, 0);
        outputs.put(output, new Observed(DataType.FLOAT, List.of(dims.get(0), dims.get(1), one, one), null));
        return output;
    }

    private static String reduce(GraphEditor edit, String op, String value, Map<String, Observed> outputs) {
        String output = edit.freshName(value + "/" + op);
        edit.add(Node.of(op, List.of(value), output).with("keepdims", Attribute.of(0)));
        outputs.put(output, new Observed(DataType.FLOAT, List.of(), null));
        return output;
    }

    private static Value untyped(String output) {
        return new Value(output, null, null, Bytes.EMPTY);
    }

    private static void requireFinite(String value, float low, float high, int from) {
        if (!Float.isFinite(low) || !Float.isFinite(high)) {
            throw new InvalidDataException(
                    "calibration: expected finite activations, got %s to %s in '%s' from image %d on; check the images and their preprocessing"
                            .formatted(low, high, value, from));
        }
    }

    private Map<String, Range> choose(Calibrator.RangeChoice choice, Map<String, Range> extremes) {
        Map<String, Observed> wanted = new LinkedHashMap<>();
        values.forEach(
                value -> wanted.put(value, classifier.observation().of(value).orElseThrow()));
        Graph graph = classifier
                .model()
                .graph()
                .edit()
                .setOutputs(values.stream().map(RangeCollector::untyped).toList())
                .commit();
        List<SeenValues> parts = run(graph, wanted, () -> SeenValues.none(wanted, extremes));
        Map<String, Range> chosen = new LinkedHashMap<>();
        values.forEach(value -> chosen.put(
                value,
                choice.of(parts.stream()
                        .map(part -> Objects.requireNonNull(part.histograms().get(value)))
                        .reduce(Histogram::plus)
                        .orElseThrow())));
        return chosen;
    }

    /** The values of a part of the images. */
    private record SeenValues(Map<String, Observed> wanted, Map<String, Histogram> histograms)
            implements Classifier.BatchConsumer {
        static SeenValues none(Map<String, Observed> wanted, Map<String, Range> extremes) {
            Map<String, Histogram> histograms = new LinkedHashMap<>();
            extremes.forEach((value, range) -> histograms.put(value, new Histogram(range)));
            return new SeenValues(wanted, histograms);
        }

        @Override
        public void accept(int from, int count, Classifier.Outputs outputs) {
            histograms.forEach((value, histogram) -> {
                long perImage = Objects.requireNonNull(wanted.get(value)).elementsPerImage();
                FloatBuffer elements = outputs.get(value).asFloatBuffer();
                histogram.add(elements.limit(Math.toIntExact(Math.min(elements.limit(), count * perImage))));
            });
        }
    }

    /**
     * Runs all images, each thread a part of them, in one session with one thread inside its operators: no thread waits for
     * the other at the end of each operator, and the values do not depend on how many there are.
     *
     * @param consumers makes one for each part
     */
    private <T extends Classifier.BatchConsumer> List<T> run(
            Graph graph, Map<String, Observed> wanted, Supplier<T> consumers) {
        byte[] model = OnnxWriter.toBytes(classifier.model().withGraph(graph));
        int parts = Math.min(threads, (images.size() + BATCH - 1) / BATCH);
        try (SideBySide side = new SideBySide(parts);
                Classifier session = Classifier.open(model, "calibration", classifier, SessionSpec.cpu(1))) {
            return side.run(IntStream.range(0, parts)
                    .<Supplier<T>>mapToObj(part -> () -> {
                        int from = (int) ((long) images.size() * part / parts);
                        int to = (int) ((long) images.size() * (part + 1) / parts);
                        T consumer = consumers.get();
                        session.run(
                                images.slice(from, to),
                                wanted,
                                BATCH,
                                (first, count, outputs) -> consumer.accept(from + first, count, outputs));
                        return consumer;
                    })
                    .toList());
        }
    }
}
