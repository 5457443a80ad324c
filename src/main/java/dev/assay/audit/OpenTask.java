package dev.assay.audit;

import dev.assay.SessionException;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxReader;
import dev.assay.quant.Quantizer;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.Provider;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Looks at a model before anything is done with it, and whether the providers wanted are there. */
final class OpenTask {
    private OpenTask() {}

    /** What to look at. */
    record Request(FileRef model, Hints hints, List<Provider> providers) {}

    /**
     * What was seen.
     *
     * @param opset version of ONNX's own operators
     * @param inputs name, type and shape of each input
     * @param ports what goes in and what comes out
     * @param parameters number of elements in constant tensors of rank 1 and more
     * @param quantized whether the model holds operators that quantize or compute on integers
     */
    record Result(long opset, List<String> inputs, ClassifierPorts ports, long parameters, boolean quantized) {}

    static Result run(Request request, Path folder, Consumer<Progress> progress) {
        Path file = request.model().checkedModel(folder);
        ImageClassifier classifier = ImageClassifier.of(OnnxReader.read(file), file.toString(), request.hints());
        request.providers().forEach(provider -> requireAvailable(provider, file));
        Graph graph = classifier.model().graph();
        return new Result(
                classifier.model().opset(),
                graph.fedInputs().stream().map(OpenTask::describe).toList(),
                classifier.ports(),
                classifier.parameters(),
                Quantizer.isQuantized(graph));
    }

    /**
     * Opens the model on the provider, which loads its libraries.
     *
     * @throws dev.assay.ProviderUnavailableException if they, or the device, are missing
     */
    private static void requireAvailable(Provider provider, Path model) {
        try {
            Session.open(model, SessionSpec.cpu(1).on(provider)).close();
        } catch (SessionException e) {
            // The provider is there and refuses this model: a result of the audit, not a reason to refuse it.
        }
    }

    private static String describe(Value input) {
        String dims = input.shape() == null
                ? "?"
                : input.shape().dims().stream().map(Dim::toString).collect(Collectors.joining(", "));
        return "%s: %s[%s]".formatted(input.name(), input.type(), dims);
    }
}
