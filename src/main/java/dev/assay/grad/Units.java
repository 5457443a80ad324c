package dev.assay.grad;

import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What integer tensors stand for. The unit of an integer tensor is the scale by which the node that wrote it made real
 * numbers integers; operators that only move elements hand it on; where no node says, it is 1. Gradients of integer
 * tensors are with respect to the real numbers that they stand for by their unit.
 */
final class Units {
    /** A scale and a zero point by name; an empty name is 1 or 0. */
    record Unit(String scale, String zeroPoint) {
        static final Unit ONE = new Unit("", "");
    }

    private final Forward forward;
    private final Map<String, Unit> known = new HashMap<>();

    Units(Forward forward) {
        this.forward = forward;
    }

    /** The unit of a value; {@link Unit#ONE} for floats. */
    Unit of(String value) {
        Unit unit = known.get(value);
        if (unit == null) {
            unit = forward.graph().producer(value).map(this::written).orElse(Unit.ONE);
            known.put(value, unit);
        }
        return unit;
    }

    /** The zero point of a whole tensor; empty where it is not constant or differs by channel. */
    Optional<Integer> zeroPoint(String integers) {
        String name = of(integers).zeroPoint();
        return name.isEmpty()
                ? Optional.of(0)
                : constant(name).filter(tensor -> tensor.size() == 1).map(tensor -> tensor.ints()[0]);
    }

    private Unit written(Node node) {
        FloatForm form = QuantizedOperators.FORMS.get(node.qualifiedOp());
        if (form != null) {
            return new Unit(
                    form.outputScale(node).orElse(""),
                    form.outputScale(node)
                            .flatMap(scale -> form.outputZeroPoint(node))
                            .orElse(""));
        }
        return switch (node.op()) {
            case "QuantizeLinear" -> new Unit(node.input(1), node.input(2));
            case "DynamicQuantizeLinear" ->
                new Unit(node.outputs().get(1), node.outputs().get(2));
            default -> moves(node) ? of(node.input(0)) : Unit.ONE;
        };
    }

    /** Whether a node hands the elements of an 8-bit tensor on as they are. */
    boolean moves(Node node) {
        return !node.is("Cast")
                && !QuantizedOperators.FORMS.containsKey(node.qualifiedOp())
                && !node.inputs().isEmpty()
                && node.hasInput(0)
                && isByte(node.input(0))
                && isByte(node.output());
    }

    private boolean isByte(String value) {
        return forward.typeIfKnown(value)
                .filter(type -> type == DataType.UINT8 || type == DataType.INT8)
                .isPresent();
    }

    /** Whether two scales or zero points are the same; empty names are 1, or 0, and equal each other only. */
    boolean same(String one, String other) {
        if (one.equals(other)) {
            return true;
        }
        Optional<Tensor> left = constant(one);
        Optional<Tensor> right = constant(other);
        return left.isPresent()
                && right.isPresent()
                && Arrays.equals(left.get().floats(), right.get().floats());
    }

    private Optional<Tensor> constant(String name) {
        return name.isEmpty() ? Optional.empty() : forward.constant(name);
    }
}
