package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Observation;
import dev.assay.runtime.Observed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The quantized operators of a model read as float operators between the real numbers that their integer tensors stand
 * for, so that the float rules serve them too. Those real numbers have names here but no node: backward nodes that read
 * one get a DequantizeLinear of the integer tensor, and constants are dequantized when the graph is built.
 */
final class FloatForms {
    private static final String REAL = "real/";
    private static final String ONE = REAL + "one";

    private final Forward original;
    private final Units units;
    private final Map<Node, Node> nodes = new HashMap<>();
    private final Map<String, Node> dequantizers = new HashMap<>();
    private final Map<String, Observed> observed = new HashMap<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Forward forward;

    FloatForms(Forward original) {
        this.original = original;
        this.units = new Units(original);
        this.observed.putAll(original.observation().values());
        this.constants.putAll(original.constants());
        constants.put(ONE, Tensor.scalar(1));
        original.graph().nodes().forEach(this::read);
        this.forward = new Forward(
                original.model(),
                new Observation(observed, original.observation().fixedBatch()),
                constants);
    }

    /** The model, with shapes, types and constants of the real numbers too. */
    Forward forward() {
        return forward;
    }

    Units units() {
        return units;
    }

    /** A node as float operator; the node itself where it is one. */
    Node of(Node node) {
        return nodes.getOrDefault(node, node);
    }

    /** The DequantizeLinear that would write some real numbers; empty for values of the graph. */
    Optional<Node> dequantizer(String real) {
        return Optional.ofNullable(dequantizers.get(real));
    }

    private void read(Node node) {
        FloatForm form = QuantizedOperators.FORMS.get(node.qualifiedOp());
        if (form != null && form.op().equals("MatMul") && node.op().equals("MatMulNBits")) {
            nodes.put(node, matMulNBits(node));
        } else if (form != null) {
            nodes.put(node, product(form.at(node), node));
        } else if (units.moves(node)) {
            nodes.put(node, move(node));
        }
    }

    private Node product(FloatForm form, Node node) {
        refuseChannelsLast(node);
        List<String> inputs = new ArrayList<>();
        for (FloatForm.Argument argument : form.arguments()) {
            String value = node.input(argument.value());
            inputs.add(
                    argument.isInteger()
                            ? real(
                                    value,
                                    argument.scale(node).orElse(ONE),
                                    argument.zeroPoint(node).orElse(""),
                                    channelAxis(form.op(), node, value))
                            : value);
        }
        String output = form.outputScale(node)
                .map(scale ->
                        real(node.output(), scale, form.outputZeroPoint(node).orElse(""), 0))
                .orElse(node.output());
        return as(form.op(), node, inputs, output);
    }

    private static void refuseChannelsLast(Node node) {
        if (node.intAttribute("channels_last", 0) != 0) {
            throw new UnsupportedOpException(node + ": channels_last has no gradient rule");
        }
    }

    private static Node as(String op, Node node, List<String> inputs, String output) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.keySet().removeAll(List.of("channels_last", "opset"));
        return Node.of(op, inputs, output).named(node.name()).withAttributes(attributes);
    }

    /** The axis that scales of more than one element run along. */
    private int channelAxis(String op, Node node, String value) {
        int last = original.shape(value).rank() - 1;
        return switch (op) {
            case "MatMul" -> last;
            case "Gemm" -> node.intAttribute("transB", 0) != 0 ? 0 : last;
            default -> 0;
        };
    }

    /** An operator that moves elements, moving real numbers. */
    private Node move(Node node) {
        List<String> inputs = new ArrayList<>();
        for (String input : node.inputs()) {
            boolean integer =
                    !input.isEmpty() && original.typeIfKnown(input).equals(original.typeIfKnown(node.input(0)));
            inputs.add(integer ? real(input, units.of(node.input(0))) : input);
        }
        List<String> outputs = new ArrayList<>(node.outputs());
        outputs.set(0, real(node.output(), units.of(node.output())));
        return node.withInputs(inputs).withOutputs(outputs);
    }

    private String real(String integers, Units.Unit unit) {
        return real(integers, unit.scale().isEmpty() ? ONE : unit.scale(), unit.zeroPoint(), 0);
    }

    private String real(String integers, String scale, String zeroPoint, int axis) {
        String name = REAL + integers + '*' + scale;
        if (!dequantizers.containsKey(name)) {
            List<String> inputs = new ArrayList<>(List.of(integers, scale));
            if (!zeroPoint.isEmpty()) {
                inputs.add(zeroPoint);
            }
            dequantizers.put(name, Node.of("DequantizeLinear", inputs, name).with("axis", Attribute.of(axis)));
            describe(name, inputs, axis);
        }
        return name;
    }

    private void describe(String name, List<String> inputs, int axis) {
        Optional<Tensor> integers = original.constant(inputs.get(0));
        Tensor scale = constants.get(inputs.get(1));
        if (integers.isPresent() && scale != null) {
            Tensor zeroPoint = inputs.size() > 2 ? constants.get(inputs.get(2)) : null;
            constants.put(name, Dequantized.of(integers.get(), scale, zeroPoint, axis));
        } else {
            original.observation()
                    .of(inputs.get(0))
                    .ifPresent(seen -> observed.put(name, new Observed(DataType.FLOAT, seen.dims(), null)));
        }
    }

    /** The packed weights become the constant {@code [K, N]} that they stand for. */
    private Node matMulNBits(Node node) {
        String weights = REAL + node.input(1);
        constants.put(weights, Dequantized.ofMatMulNBits(node, input -> original.constant(node.input(input))));
        return Node.of("MatMul", List.of(node.input(0), weights), node.output()).named(node.name());
    }
}
