package dev.assay.runtime;

import dev.assay.InvalidModelException;
import dev.assay.SessionException;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.onnx.OnnxReader;
import dev.assay.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime's own simplifications at {@link Optimization#BASIC}: constants folded, BatchNormalization fused into the
 * convolution before it, MatMul and Add made a Gemm, Identity and Dropout dropped. The result stays standard ONNX, and
 * values that survive keep their names.
 */
public final class Simplifier {
    private Simplifier() {}

    /**
     * Simplifies a model.
     *
     * @param place its name in error messages
     * @throws InvalidModelException if ONNX Runtime refuses it
     */
    public static Model simplify(Model model, String place) {
        Path file = null;
        try {
            file = Files.createTempFile("assay-simplified", ".onnx");
            Session.optimize(OnnxWriter.toBytes(model), place, Optimization.BASIC, file);
            Model simplified = OnnxReader.read(Files.readAllBytes(file), place);
            return withUsedOpsets(simplified.withGraph(withoutFoldedInputs(simplified.graph(), model.graph())), model);
        } catch (SessionException e) {
            throw new InvalidModelException(OneLine.of(e), e);
        } catch (IOException e) {
            throw new SessionException(place + ": the simplified model could not be read: " + OneLine.of(e), e);
        } finally {
            TemporaryFiles.delete(file);
        }
    }

    /**
     * ONNX Runtime keeps the declared inputs as they are. Before IR version 4 every constant is one of them, and would
     * have to be fed once folding has taken its value.
     */
    private static Graph withoutFoldedInputs(Graph simplified, Graph original) {
        Set<String> constants = new HashSet<>(original.initializers().keySet());
        constants.removeAll(simplified.initializers().keySet());
        return simplified.withInputs(simplified.inputs().stream()
                .filter(input -> !constants.contains(input.name()))
                .toList());
    }

    /** ONNX Runtime declares every domain it knows; only those the original declares or the nodes use are kept. */
    private static Model withUsedOpsets(Model simplified, Model original) {
        Set<String> used = new HashSet<>(original.opsets().keySet());
        simplified.graph().nodes().stream().map(Node::domain).forEach(used::add);
        Map<String, Long> opsets = new LinkedHashMap<>(simplified.opsets());
        opsets.keySet().retainAll(used);
        return new Model(original.irVersion(), opsets, simplified.graph(), simplified.functions(), original.rest());
    }
}
