package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Constants;
import dev.assay.runtime.Observation;
import dev.assay.runtime.Observed;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A model to differentiate, with all that differentiating it takes: shapes and types that a probe observed, and the
 * values that depend on no input.
 *
 * @param model of opset {@link #OPSET} or newer
 * @param observation of every value that is not constant
 * @param constants by name
 */
public record Forward(Model model, Observation observation, Map<String, Tensor> constants) {
    /** The rules know the forms that operators have from this opset on. */
    public static final long OPSET = 18;

    public Forward {
        if (model.opset() < OPSET) {
            throw new IllegalArgumentException("expected opset %d or newer, got %d".formatted(OPSET, model.opset()));
        }
        constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    }

    /** A model with its constants computed; {@code place} names it in error messages. */
    public static Forward of(Model model, Observation observation, String place) {
        return new Forward(model, observation, Constants.of(model, place));
    }

    Graph graph() {
        return model.graph();
    }

    /** A value that depends on no input; empty for others. */
    Optional<Tensor> constant(String value) {
        return Optional.ofNullable(constants.get(value));
    }

    /** A value whose elements came out the same on different inputs and batches, as those computed from shapes do. */
    Optional<Tensor> known(String value) {
        return constant(value).or(() -> observation.of(value).flatMap(Observed::asConstant));
    }

    Extents shape(String value) {
        return constant(value).map(Extents::of).orElseGet(() -> Extents.of(observed(value)));
    }

    /** The element type of a value; empty for sequences, and for what a probe did not see. */
    Optional<DataType> typeIfKnown(String value) {
        return constant(value).map(Tensor::type).or(() -> observation.of(value).map(Observed::type));
    }

    DataType type(String value) {
        return constant(value).map(Tensor::type).orElseGet(() -> observed(value).type());
    }

    private Observed observed(String value) {
        return observation
                .of(value)
                .orElseThrow(
                        () -> new UnsupportedOpException("value '%s': its shape was not observed".formatted(value)));
    }
}
