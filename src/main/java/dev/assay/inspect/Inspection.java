package dev.assay.inspect;

import dev.assay.InvalidModelException;
import dev.assay.UnsupportedOpException;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Value;
import dev.assay.onnx.Metadata;
import dev.assay.onnx.ModelFiles;
import dev.assay.onnx.OnnxReader;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.Macs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is in a model file.
 *
 * @param path as given
 * @param sha256 {@link ModelFiles#sha256} of the file and its external data
 * @param bytes size of both
 * @param irVersion version of the file format
 * @param opsets version of each operator domain, ONNX's own being {@code ai.onnx}
 * @param metadata what the file says about its origin
 * @param inputs name, type and shape of what a caller feeds, as declared
 * @param outputs the same of what comes out
 * @param parameters elements of the initializers of rank 1 and more
 * @param classifier what a trial run showed; null when it cannot be run as an image classifier
 * @param notClassifier why it cannot be run as an image classifier; null when it can
 * @param gradient how its gradient can be had; null when it cannot be run as an image classifier
 * @param schemes which schemes can make an artifact of it; empty when it cannot be run as an image classifier
 * @param operators how often each occurs, most multiply-accumulates first, then by number and name
 * @param remarks what is odd, weightiest first
 */
public record Inspection(
        String path,
        String sha256,
        long bytes,
        long irVersion,
        Map<String, Long> opsets,
        Metadata metadata,
        List<String> inputs,
        List<String> outputs,
        long parameters,
        @Nullable ClassifierFacts classifier,
        @Nullable String notClassifier,
        @Nullable GradientSupport gradient,
        List<SchemeSupport> schemes,
        List<OperatorCount> operators,
        List<Remark> remarks) {
    /**
     * How often an operator occurs.
     *
     * @param operator with its domain where that is not ONNX's own
     * @param nodes in the main graph, graphs inside it, and local functions
     * @param macsPerImage their multiply-accumulates for one image, as far as a trial run showed shapes
     */
    public record OperatorCount(String operator, long nodes, long macsPerImage) {}

    /**
     * Reads and tries a model. One that is no image classifier is not an error: the result says why.
     *
     * @param hints what is known of its input
     * @param schemesTried hears how many of {@link SchemeSupport#schemes} have been tried
     * @throws InvalidModelException if the file cannot be read or is not a sound model
     */
    public static Inspection of(Path path, ImageClassifier.Hints hints, IntConsumer schemesTried) {
        Model model = OnnxReader.read(path);
        Optional<ImageClassifier> classifier = Optional.empty();
        String notClassifier = null;
        try {
            classifier = Optional.of(ImageClassifier.of(model, String.valueOf(path.getFileName()), hints));
        } catch (InvalidModelException | UnsupportedOpException e) {
            notClassifier = e.getMessage();
        }
        Metadata metadata = Metadata.of(model);
        try {
            ModelFiles files = ModelFiles.of(path);
            return new Inspection(
                    path.toString(),
                    files.sha256(),
                    files.bytes(),
                    model.irVersion(),
                    opsets(model),
                    metadata,
                    declared(model.graph().fedInputs()),
                    declared(model.graph().outputs()),
                    model.graph().parameters(),
                    classifier.map(ClassifierFacts::of).orElse(null),
                    notClassifier,
                    classifier.map(GradientSupport::of).orElse(null),
                    classifier
                            .map(found -> SchemeSupport.of(found, schemesTried))
                            .orElse(List.of()),
                    operators(new Subject(model, metadata), classifier),
                    Remarks.about(model, metadata));
        } catch (IOException e) {
            throw new InvalidModelException(path + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static Map<String, Long> opsets(Model model) {
        Map<String, Long> opsets = new LinkedHashMap<>();
        model.opsets().forEach((domain, version) -> opsets.put(domain.isEmpty() ? "ai.onnx" : domain, version));
        return opsets;
    }

    private static List<String> declared(List<Value> values) {
        return values.stream().map(Inspection::declared).toList();
    }

    private static String declared(Value value) {
        String type = value.type() == null ? "type not declared" : value.type().name();
        String shape = value.shape() == null
                ? ", shape not declared"
                : value.shape().dims().stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
        return value.name() + ": " + type + shape;
    }

    private static List<OperatorCount> operators(Subject subject, Optional<ImageClassifier> classifier) {
        Map<String, Long> macs = new TreeMap<>();
        classifier.ifPresent(found -> {
            Macs counter = new Macs(subject.graph(), found.observation());
            subject.graph().nodes().forEach(node -> macs.merge(node.qualifiedOp(), counter.of(node), Long::sum));
        });
        return subject
                .allNodes()
                .collect(Collectors.groupingBy(Node::qualifiedOp, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry ->
                        new OperatorCount(entry.getKey(), entry.getValue(), macs.getOrDefault(entry.getKey(), 0L)))
                .sorted(Comparator.comparingLong(OperatorCount::macsPerImage)
                        .thenComparingLong(OperatorCount::nodes)
                        .reversed())
                .toList();
    }
}
