package dev.assay.inspect;

import dev.assay.data.Preprocessing.Layout;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.Macs;
import dev.assay.runtime.Observation;
import dev.assay.runtime.Observed;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What running a model as an image classifier showed. Shapes are written as {@code logits: FLOAT[N, 10]}, {@code N}
 * being the batch.
 *
 * @param input the image input
 * @param layout order of its axes
 * @param output the output with a score for each class
 * @param classes number of classes
 * @param probabilities whether that output holds probabilities rather than logits
 * @param logits the logits, the output itself where no Softmax ends the model
 * @param features what the last product before the logits reads; null when that is the input itself
 * @param fixedBatch the only batch it takes; null when any will do
 * @param macsPerImage multiply-accumulates for one image
 */
public record ClassifierFacts(
        String input,
        Layout layout,
        String output,
        int classes,
        boolean probabilities,
        String logits,
        @Nullable String features,
        @Nullable Long fixedBatch,
        long macsPerImage) {
    static ClassifierFacts of(ImageClassifier classifier) {
        ClassifierPorts ports = classifier.ports();
        Observation observation = classifier.observation();
        Macs macs = new Macs(classifier.model().graph(), observation);
        return new ClassifierFacts(
                describe(ports.input(), observation),
                ports.layout(),
                describe(ports.output(), observation),
                ports.classes(),
                ports.probabilities(),
                describe(ports.logits(), observation),
                ports.features().map(value -> describe(value, observation)).orElse(null),
                ports.fixedBatch().isPresent() ? ports.fixedBatch().getAsLong() : null,
                classifier.model().graph().nodes().stream().mapToLong(macs::of).sum());
    }

    private static String describe(String value, Observation observation) {
        return observation
                .of(value)
                .map(seen -> seen.dims().stream()
                        .map(ClassifierFacts::describe)
                        .collect(Collectors.joining(", ", value + ": " + seen.type() + "[", "]")))
                .orElse(value);
    }

    private static String describe(Observed.Extent extent) {
        if (extent.perImage() == 0) {
            return Long.toString(extent.fixed());
        }
        String batches = extent.perImage() == 1 ? "N" : extent.perImage() + "N";
        return extent.fixed() == 0 ? batches : extent.fixed() + " + " + batches;
    }
}
