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
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Collects the ranges of values over calibration images, batch by batch: extremes are reduced inside the runtime;
 * histograms, where a calibrator wants them, take a second pass. Memory does not grow with the number of images.
 */
final class RangeCollector {
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
        Map<String, Range> extremes = extremes();
        return calibrator.choice().map(choice -> choose(choice, extremes)).orElse(extremes);
    }

    /** The names under which the runtime hands out a value's extremes. */
    private record Extremes(String value, String low, String high) {}

    private Map<String, Range> extremes() {
        GraphEditor edit = classifier.model().graph().edit();
        List<Value> outputs = new ArrayList<>();
        List<Extremes> extremes = values.stream()
                .map(value -> new Extremes(
                        value, reduce(edit, "ReduceMin", value, outputs), reduce(edit, "ReduceMax", value, outputs)))
                .toList();
        Map<String, Observed> scalars = new LinkedHashMap<>();
        outputs.forEach(output -> scalars.put(output.name(), new Observed(DataType.FLOAT, List.of(), null)));
        Map<String, Range> ranges = new LinkedHashMap<>();
        run(edit.setOutputs(outputs).commit(), scalars, (from, count, batch) -> {
            for (Extremes of : extremes) {
                float low = batch.get(of.low()).getFloat();
                float high = batch.get(of.high()).getFloat();
                requireFinite(of.value(), low, high, from);
                ranges.merge(of.value(), Range.of(low, high), Range::union);
            }
        });
        return ranges;
    }

    private static String reduce(GraphEditor edit, String op, String value, List<Value> outputs) {
        String output = edit.freshName(value + "/" + op);
        edit.add(Node.of(op, List.of(value), output).with("keepdims", Attribute.of(0)));
        outputs.add(new Value(output, null, null, Bytes.EMPTY));
        return output;
    }

    private static void requireFinite(String value, float low, float high, int from) {
        if (!Float.isFinite(low) || !Float.isFinite(high)) {
            throw new InvalidDataException(
                    "calibration: expected finite activations, got %s to %s in '%s' from image %d on; check the images and their preprocessing"
                            .formatted(low, high, value, from));
        }
    }

    private Map<String, Range> choose(Calibrator.RangeChoice choice, Map<String, Range> extremes) {
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        extremes.forEach((value, range) -> histograms.put(value, new Histogram(range)));
        Map<String, Observed> wanted = new LinkedHashMap<>();
        values.forEach(
                value -> wanted.put(value, classifier.observation().of(value).orElseThrow()));
        List<Value> outputs = values.stream()
                .map(value -> new Value(value, null, null, Bytes.EMPTY))
                .toList();
        Graph graph = classifier.model().graph().edit().setOutputs(outputs).commit();
        run(
                graph,
                wanted,
                (from, count, batch) -> wanted.forEach((value, observed) -> {
                    FloatBuffer elements = batch.get(value).asFloatBuffer();
                    int ofImages = Math.toIntExact(count * observed.elementsPerImage());
                    Objects.requireNonNull(histograms.get(value))
                            .add(elements.limit(Math.min(elements.limit(), ofImages)));
                }));
        Map<String, Range> chosen = new LinkedHashMap<>();
        histograms.forEach((value, histogram) -> chosen.put(value, choice.of(histogram)));
        return chosen;
    }

    private void run(Graph graph, Map<String, Observed> wanted, Classifier.BatchConsumer consumer) {
        byte[] model = OnnxWriter.toBytes(classifier.model().withGraph(graph));
        try (Classifier session = Classifier.open(model, "calibration", classifier, SessionSpec.cpu(threads))) {
            session.run(images, wanted, consumer);
        }
    }
}
