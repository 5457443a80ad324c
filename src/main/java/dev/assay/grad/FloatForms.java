package dev.assay.grad;

import dev.assay.UnsupportedOpException;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.Observation;
import dev.assay.runtime.Observed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The quantized operators of a model read as float operators between the real numbers that their integer tensors stand
 * for, so that the float rules serve them too. Those real numbers have names here but no node: backward nodes that read
 * one get a DequantizeLinear of the integer tensor, and constants are dequantized when the graph is built.
 *
 * <p>A product that a quantizer wrote as several nodes is read as one: gradients go past its nodes, neither scattering
 * patches nor multiplying whole feature maps with scales that cancel (measured: forward and gradient of the 4-bit graph are
 * 2.2 times as fast, of the dynamic one a tenth).
 */
final class FloatForms {
    private static final String REAL = "real/";
    private static final String ONE = REAL + "one";

    private final Forward original;
    private final Units units;
    private final Map<Node, Node> nodes = new HashMap<>();
    private final Map<Node, Node> products = new HashMap<>();
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
        this.forward = new Forward(original.model(), new Observation(observed), constants);
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

    /** The float product that the last of several nodes writes, in place of them all; empty for other nodes. */
    Optional<Node> productEndingAt(Node node) {
        return Optional.ofNullable(products.get(node));
    }

    /** The DequantizeLinear that would write some real numbers; empty for values of the graph. */
    Optional<Node> dequantizer(String real) {
        return Optional.ofNullable(dequantizers.get(real));
    }

    private void read(Node node) {
        FloatForm form = QuantizedOperators.FORMS.get(node.qualifiedOp());
        if (form != null && form.op().equals("MatMul") && node.op().equals("MatMulNBits")) {
            nodes.put(node, matMulNBits(node));
            readConvolution(node);
        } else if (form != null) {
            nodes.put(node, product(form.at(node), node));
            if (node.is("ConvInteger") || node.is("MatMulInteger")) {
                readDynamicProduct(form.op(), node);
            }
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
        return node.withInputs(moved(node, node.inputs(), units.of(node.input(0))))
                .withOutputs(moved(node, node.outputs(), units.of(node.output())));
    }

    /** Those of a moving node's values that have the elements' type as real numbers, the others as they are. */
    private List<String> moved(Node node, List<String> values, Units.Unit unit) {
        Optional<DataType> elements = original.typeIfKnown(node.input(0));
        return values.stream()
                .map(value ->
                        !value.isEmpty() && original.typeIfKnown(value).equals(elements) ? real(value, unit) : value)
                .toList();
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

    /** MatMulNBits of patches, transposed to channels first: a convolution with the real weights. */
    private void readConvolution(Node product) {
        Optional<Node> last = graph().consumers(product.output()).stream()
                .filter(node -> node.is("Transpose"))
                .filter(node -> node.ints("perm")
                        .filter(perm -> Arrays.equals(perm, new long[] {0, 3, 1, 2}))
                        .isPresent())
                .findFirst();
        Optional<Patches> patches = Patches.in(original, product.input(0));
        if (last.isPresent() && patches.isPresent()) {
            String weights = REAL + product.input(1) + "/kernels";
            constants.put(
                    weights, patches.get().kernels(Objects.requireNonNull(constants.get(REAL + product.input(1)))));
            products.put(
                    last.get(), patches.get().convolution(weights, last.get().output()));
        }
    }

    /**
     * {@code Mul(Cast(ConvInteger(DynamicQuantizeLinear(x), w)), Mul(scale of x, scale of w))}, or with MatMulInteger: the
     * product of x with the real weights. Nothing is clipped, since the range follows x.
     */
    private void readDynamicProduct(String op, Node integers) {
        Optional<Node> quantize = graph().producer(integers.input(0))
                .filter(node -> node.is("DynamicQuantizeLinear"))
                .filter(node -> node.outputs().get(2).equals(integers.input(2)));
        Optional<Node> cast = onlyConsumer(integers.output()).filter(node -> node.is("Cast"));
        Optional<Node> last = cast.flatMap(node -> onlyConsumer(node.output())).filter(node -> node.is("Mul"));
        Optional<Node> scales = last.flatMap(
                        node -> graph().producer(other(node, cast.get().output())))
                .filter(node -> node.is("Mul"));
        if (quantize.isEmpty() || scales.isEmpty()) {
            return;
        }
        String ofActivations = quantize.get().outputs().get(1);
        String ofWeights = other(scales.get(), ofActivations);
        boolean constantWeights = original.constant(integers.input(1)).isPresent()
                && original.constant(ofWeights)
                        .filter(scale -> runsAlongOutputs(op, integers, scale))
                        .isPresent();
        if (scales.get().inputs().contains(ofActivations) && constantWeights) {
            String zeroPoint = integers.hasInput(3) ? integers.input(3) : "";
            String weights =
                    real(integers.input(1), ofWeights, zeroPoint, channelAxis(op, integers, integers.input(1)));
            products.put(
                    last.get(),
                    as(
                            op,
                            integers,
                            List.of(quantize.get().input(0), weights),
                            last.get().output()));
        }
    }

    /** Whether a scale is one number, or broadcasts along the outputs of a product. */
    private boolean runsAlongOutputs(String op, Node product, Tensor scale) {
        int behind = op.equals("Conv") ? original.shape(product.output()).rank() - 2 : 0;
        int axis = scale.rank() - 1 - behind;
        return scale.size() == 1 || (axis >= 0 && scale.dim(axis) == scale.size());
    }

    private static String other(Node node, String input) {
        return node.input(node.input(0).equals(input) ? 1 : 0);
    }

    private Optional<Node> onlyConsumer(String value) {
        List<Node> consumers = graph().consumers(value);
        return consumers.size() == 1 ? Optional.of(consumers.get(0)) : Optional.empty();
    }

    private Graph graph() {
        return original.graph();
    }
}
