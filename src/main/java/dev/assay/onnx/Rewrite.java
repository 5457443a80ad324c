package dev.assay.onnx;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;

/** What a rule has at hand while it raises one node to one version: the values around the node, names, constants. */
record Rewrite(Node node, long version, Scope scope, GraphEditor editor, Set<String> takenNames) {
    /** A name that nothing in the model has. */
    String freshName(String base) {
        String name = base;
        for (int i = 1; !takenNames.add(name); i++) {
            name = base + "_" + i;
        }
        return name;
    }

    /** Adds a constant and returns its name, which follows from the node's output and {@code role}. */
    String constant(String role, Tensor tensor) {
        return editor.addConstant(freshName(node.output() + "_" + role), tensor);
    }

    /** Adds a scalar constant of the element type of the node's first input. */
    String scalarLikeInput(String role, float value) {
        DataType type = scope.type(node.input(0))
                .orElseThrow(() -> refusal("the element type of '" + node.input(0) + "' is not declared"));
        ByteBuffer data = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case FLOAT -> data.putFloat(value);
            case DOUBLE -> data.putDouble(value);
            default -> throw refusal("no rule for its element type " + type);
        }
        return constant(role, Tensor.of(type, new long[0], data.flip(), Tensor.Storage.RAW, Bytes.EMPTY));
    }

    /** The rank of a value, where it is declared. */
    Optional<Integer> rank(String value) {
        return scope.shape(value).map(Shape::rank);
    }

    Optional<Tensor> constantInput(int i) {
        return scope.constant(node.input(i));
    }

    UnsupportedOpException refusal(String reason) {
        return OpsetConversion.refusal(node, version - 1, version, reason);
    }

    void require(boolean condition, String otherwise) {
        if (!condition) {
            throw refusal(otherwise);
        }
    }
}
