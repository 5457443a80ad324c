package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Dim;
import dev.assay.ir.Model;
import dev.assay.ir.Shape;
import dev.assay.ir.Value;
import dev.assay.onnx.OpsetConversion;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A classifier with the gradient of a weighted sum of its scores to its images: {@code Jᵀu} for a weight {@code u} of
 * each score.
 *
 * @param model takes images and weights; gives the scores that the classifier gives alone, and the gradient
 * @param weights the input {@code u}, of the scores' shape
 * @param gradient the output, of the images' shape
 */
public record Pullback(Model model, String weights, String gradient) {
    /**
     * The pullback of a classifier, raised to {@link Forward#OPSET} where it is older.
     *
     * @param place the classifier's name in error messages
     * @throws UnsupportedOpException if an operator on the way has no gradient rule
     */
    public static Pullback of(ImageClassifier classifier, String place) {
        Model raised = OpsetConversion.raise(classifier.model(), Forward.OPSET);
        ClassifierPorts ports = classifier.ports();
        ImageClassifier seen = ImageClassifier.of(
                raised, place, new ImageClassifier.Hints(ports.layout(), ports.height(), ports.width()));
        Forward forward = Forward.of(raised, seen.observation(), place);
        String weights = raised.graph().edit().freshName(ports.output() + "/weights");
        Model seeded = raised.withGraph(raised.graph()
                .edit()
                .addInput(Value.of(weights, forward.type(ports.output()), scoresShape(forward, ports)))
                .commit());
        Differentiation backward = Differentiation.of(
                new Forward(seeded, seen.observation(), forward.constants()),
                Map.of(ports.output(), weights),
                List.of(ports.input()));
        return new Pullback(
                backward.model(),
                weights,
                Objects.requireNonNull(backward.gradients().get(ports.input())));
    }

    /** With the batch named as that of the images: gradients then lie in memory as the values that mask them do. */
    private static Shape scoresShape(Forward forward, ClassifierPorts ports) {
        Dim batch = forward.graph().fedInputs().stream()
                .filter(input -> input.name().equals(ports.input()))
                .findFirst()
                .map(Value::shape)
                .map(shape -> shape.dim(0))
                .orElse(Dim.UNKNOWN);
        Extents scores = forward.shape(ports.output());
        return new Shape(IntStream.range(0, scores.rank())
                .mapToObj(axis ->
                        scores.isFixed(axis) ? Dim.of(scores.size(axis)) : scores.isBatch(axis) ? batch : Dim.UNKNOWN)
                .toList());
    }
}
