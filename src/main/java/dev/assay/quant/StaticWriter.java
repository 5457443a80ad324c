package dev.assay.quant;

import dev.assay.ir.Attribute;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes a static plan into the graph, as QDQ, with QLinear operators, or as QDQ around weights that stay float.
 *
 * <p>Names are a contract with whoever compares artifact and model: a value {@code v} keeps its name as the output of
 * the DequantizeLinear that stands for it; the float before it is {@code v/float}, the integer between {@code
 * v/quantized}.
 */
final class StaticWriter {
    private final StaticPlan plan;
    private final Graph graph;
    private final GraphEditor edit;
    private final Function<Range, AffineParams> toParams;
    private final Map<String, AffineParams> params = new HashMap<>();
    private final QuantConfig config;
    private final Form form;
    private final Map<String, Operand> operands = new HashMap<>();
    private final Map<String, String> dequantized = new HashMap<>();
    private final Map<String, Operand> scales = new HashMap<>();
    /** DequantizeLinear nodes by what they write; those that nobody reads in the end are left out. */
    private final Map<String, Node> dequantizers = new LinkedHashMap<>();

    private final List<Node> emitted = new ArrayList<>();

    private enum Form {
        QDQ,
        FLOAT_BIASES,
        OPERATORS,
        FLOAT_WEIGHTS
    }

    private StaticWriter(
            StaticPlan plan,
            Map<String, Range> ranges,
            Function<Range, AffineParams> toParams,
            QuantConfig config,
            Form form) {
        this.plan = plan;
        this.graph = plan.graph();
        this.edit = graph.edit().forgetDeclaredValues();
        this.toParams = toParams;
        ranges.forEach((value, range) -> params.put(value, toParams.apply(range)));
        this.config = config;
        this.form = form;
    }

    /** The plan as QDQ: every operator stays, between DequantizeLinear and QuantizeLinear. */
    static Graph qdq(
            StaticPlan plan, Map<String, Range> ranges, Function<Range, AffineParams> toParams, QuantConfig config) {
        return new StaticWriter(plan, ranges, toParams, config, Form.QDQ).write();
    }

    /** The plan as QDQ with biases that are rounded but float. */
    static Graph withFloatBiases(
            StaticPlan plan, Map<String, Range> ranges, Function<Range, AffineParams> toParams, QuantConfig config) {
        return new StaticWriter(plan, ranges, toParams, config, Form.FLOAT_BIASES).write();
    }

    /** The plan with QLinear operators; what has none is written as QDQ. */
    static Graph qoperator(
            StaticPlan plan, Map<String, Range> ranges, Function<Range, AffineParams> toParams, QuantConfig config) {
        return new StaticWriter(plan, ranges, toParams, config, Form.OPERATORS).write();
    }

    /** The plan as QDQ with the weights and biases of products left as they are, for training. */
    static Graph withFloatWeights(
            StaticPlan plan, Map<String, Range> ranges, Function<Range, AffineParams> toParams, QuantConfig config) {
        return new StaticWriter(plan, ranges, toParams, config, Form.FLOAT_WEIGHTS).write();
    }

    private Graph write() {
        for (PlannedNode planned : plan.nodes()) {
            write(planned);
        }
        keepReadDequantizers();
        emitted.forEach(edit::add);
        return edit.commit();
    }

    private void write(PlannedNode planned) {
        edit.remove(planned.node());
        boolean quantized = plan.isQuantized(planned);
        boolean absorbed = quantized
                && planned.clipping()
                        .filter(clip -> absorbs(planned.output(), clip))
                        .isPresent();
        boolean direct = absorbed || planned.clip() == null;
        Optional<Node> operator =
                form == Form.OPERATORS && direct ? QOperators.write(planned, quantized, this) : Optional.empty();
        if (operator.isPresent()) {
            emitted.add(operator.get());
        } else {
            writeFloat(planned, quantized, direct);
        }
        if (absorbed) {
            edit.remove(Objects.requireNonNull(planned.clip()));
        }
        if (quantized) {
            planned.outputs().forEach(output -> dequantize(output, operand(output), output));
        }
    }

    /** The operator itself on dequantized inputs, its results quantized again. */
    private void writeFloat(PlannedNode planned, boolean quantized, boolean direct) {
        Node node = planned.node().withInputs(floatInputs(planned));
        if (!quantized) {
            emitted.addAll(form == Form.FLOAT_BIASES && node.hasInput(2) ? withBiasBehind(node) : List.of(node));
            return;
        }
        List<String> floats = planned.outputs().stream()
                .map(output -> edit.freshName(output + "/float"))
                .toList();
        if (direct) {
            emitted.add(node.withOutputs(floats));
        } else {
            emitted.add(node);
            Node clip = Objects.requireNonNull(planned.clip());
            edit.replace(clip, List.of(clip.withOutputs(floats)));
        }
        for (int i = 0; i < floats.size(); i++) {
            Operand made = operand(planned.outputs().get(i));
            emitted.add(Node.of(
                    "QuantizeLinear", List.of(floats.get(i), made.scale(), made.zeroPoint()), made.quantized()));
        }
    }

    /**
     * A product without bias, then the bias: ONNX Runtime quantizes a float bias only where the product's output is
     * quantized, and runs the product in float otherwise (measured on 1.29.0).
     */
    private List<Node> withBiasBehind(Node node) {
        String product = edit.freshName(node.output() + "/product");
        return List.of(
                node.withInputs(node.inputs().subList(0, 2)).withOutputs(List.of(product)),
                Node.of("Add", List.of(product, node.input(2)), node.output())
                        .named(edit.freshName(node.output() + "/bias")));
    }

    /** Whether saturation at the ends of the integer range does all that a Relu or Clip would. */
    private boolean absorbs(String output, Node clip) {
        AffineParams output8 = paramsOf(output);
        if (clip.is("Relu")) {
            return output8.realMin() == 0;
        }
        Optional<Float> low = bound(clip, 1);
        Optional<Float> high = bound(clip, 2);
        boolean lowHolds = !clip.hasInput(1)
                || low.filter(b -> output8.saturatesAtMinimum(b)).isPresent();
        boolean highHolds = !clip.hasInput(2)
                || high.filter(b -> output8.saturatesAtMaximum(b)).isPresent();
        return lowHolds && highHolds;
    }

    private Optional<Float> bound(Node clip, int input) {
        return graph.constant(clip.input(input)).map(bound -> bound.floats()[0]);
    }

    private List<String> floatInputs(PlannedNode planned) {
        Node node = planned.node();
        List<String> inputs = new ArrayList<>(node.inputs());
        for (int i = 0; i < inputs.size(); i++) {
            boolean isWeights = i == 1 && plan.hasWeights(planned);
            if (planned.rule().isActivation().test(i) && !isWeights) {
                inputs.set(i, dequantized(node.input(i)));
            }
        }
        Optional<Weights> quantizedWeights = form == Form.FLOAT_WEIGHTS ? Optional.empty() : weights(planned);
        quantizedWeights.ifPresent(weights -> {
            Operand operand = weights.operand();
            inputs.set(1, dequantizeChannels(node.input(1), operand, weights.axis()));
            weights.bias().ifPresent(bias -> inputs.set(2, dequantizeChannels(node.input(2), bias, 0)));
        });
        return inputs;
    }

    /** Emits a weight's DequantizeLinear; each reader gets one of its own, for sharing breaks fusion. Floats need none. */
    private String dequantizeChannels(String weight, Operand operand, int axis) {
        if (operand.scale().isEmpty()) {
            return operand.quantized();
        }
        String output = edit.freshName(weight + "/dequantized");
        List<String> inputs = operand.zeroPoint().isEmpty()
                ? List.of(operand.quantized(), operand.scale())
                : List.of(operand.quantized(), operand.scale(), operand.zeroPoint());
        emitted.add(Node.of("DequantizeLinear", inputs, output).with("axis", Attribute.of(axis)));
        return output;
    }

    /** The float standing for a value: its DequantizeLinear's output, which for a planned node's output is its name. */
    private String dequantized(String value) {
        if (plan.maker(value).filter(plan::isQuantized).isPresent()) {
            return value;
        }
        String known = dequantized.get(value);
        if (known != null) {
            return known;
        }
        String output = edit.freshName(value + "/dequantized");
        dequantized.put(value, output);
        dequantize(value, operand(value), output);
        return output;
    }

    private void dequantize(String value, Operand operand, String output) {
        Node node =
                Node.of("DequantizeLinear", List.of(operand.quantized(), operand.scale(), operand.zeroPoint()), output);
        dequantizers.put(output, node.named(edit.freshName(value + "/dequantize")));
    }

    /** The integer tensor of an activation; a value that floats come from is quantized first. */
    Operand operand(String value) {
        Operand known = operands.get(value);
        if (known != null) {
            return known;
        }
        Optional<Tensor> constant = graph.constant(value);
        Operand operand = constant.isPresent() ? constantOperand(value, constant.get()) : named(value);
        operands.put(value, operand);
        if (constant.isEmpty() && plan.maker(value).filter(plan::isQuantized).isEmpty()) {
            emitted.add(Node.of(
                    "QuantizeLinear", List.of(value, operand.scale(), operand.zeroPoint()), operand.quantized()));
        }
        return operand;
    }

    /** The integer tensor that a planned node makes. */
    Operand made(PlannedNode planned) {
        return operand(planned.output());
    }

    private Operand named(String value) {
        Operand scale = scale(plan.scaleOwner(value));
        return new Operand(edit.freshName(value + "/quantized"), scale.scale(), scale.zeroPoint());
    }

    private Operand scale(String owner) {
        return scales.computeIfAbsent(owner, value -> {
            AffineParams of = paramsOf(value);
            return new Operand(
                    "",
                    edit.addConstant(value + "/scale", of.scaleTensor()),
                    edit.addConstant(value + "/zero_point", of.zeroPointTensor()));
        });
    }

    AffineParams paramsOf(String value) {
        return Objects.requireNonNull(params.get(plan.scaleOwner(value)), () -> "no range for " + value);
    }

    private Operand constantOperand(String value, Tensor constant) {
        float[] elements = constant.floats();
        AffineParams of = toParams.apply(Range.of(elements));
        params.put(value, of);
        byte[] levels = new byte[elements.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = of.quantize(elements[i]);
        }
        return new Operand(
                edit.addConstant(value + "/quantized", Tensor.of(of.type(), constant.dims(), levels)),
                edit.addConstant(value + "/scale", of.scaleTensor()),
                edit.addConstant(value + "/zero_point", of.zeroPointTensor()));
    }

    /**
     * Weights of a product in 8 bits.
     *
     * @param operand the s8 weights with a scale for each channel
     * @param axis the weights' channel axis
     * @param biasOperand the int32 bias, or a float one without scale; null when there is none
     */
    record Weights(Operand operand, int axis, @Nullable Operand biasOperand) {
        Optional<Operand> bias() {
            return Optional.ofNullable(biasOperand);
        }
    }

    /** Quantizes the weights and bias of a product; empty for other operators and products of two activations. */
    Optional<Weights> weights(PlannedNode planned) {
        Node node = planned.node();
        if (!plan.hasWeights(planned)) {
            return Optional.empty();
        }
        Tensor weights = graph.constant(node.input(1)).orElseThrow();
        int axis = Products.rowsAreOutputs(node) ? 0 : 1;
        float inputScale = scaleOf(node.input(0));
        Optional<float[]> bias = graph.constant(node.input(2)).map(Tensor::floats);
        ChannelWeights chosen = ChannelWeights.of(weights, axis, config.rounding());
        ChannelWeights fitting = bias.map(b -> chosen.fitting(b, inputScale)).orElse(chosen);
        String name = node.input(1);
        Operand operand = new Operand(
                edit.addConstant(name + "/quantized", fitting.quantized()),
                edit.addConstant(name + "/scale", fitting.scales()),
                edit.addConstant(name + "/zero_point", fitting.zeroPoints()));
        return Optional.of(new Weights(
                operand,
                axis,
                bias.map(b -> biasOperand(node.input(2), fitting, b, inputScale))
                        .orElse(null)));
    }

    /**
     * A bias as int32, or as the floats that those stand for: ONNX Runtime finds the same integers again, and gets the same
     * sums where it adds the floats.
     */
    private Operand biasOperand(String name, ChannelWeights weights, float[] bias, float inputScale) {
        return form == Form.FLOAT_BIASES
                ? new Operand(
                        edit.addConstant(
                                name + "/rounded",
                                Tensor.ofFloats(new long[] {bias.length}, weights.dequantizedBias(bias, inputScale))),
                        "",
                        "")
                : new Operand(
                        edit.addConstant(name + "/quantized", weights.bias(bias, inputScale)),
                        edit.addConstant(name + "/scale", weights.biasScales(inputScale)),
                        "");
    }

    private float scaleOf(String activation) {
        operand(activation);
        return paramsOf(activation).scale();
    }

    String addConstant(String name, Tensor tensor) {
        return edit.addConstant(name, tensor);
    }

    private void keepReadDequantizers() {
        Set<String> read = new HashSet<>();
        graph.outputs().forEach(output -> read.add(output.name()));
        emitted.forEach(node -> read.addAll(node.inputs()));
        graph.nodes().stream().filter(node -> !plan.contains(node)).forEach(node -> read.addAll(Graph.reads(node)));
        dequantizers.forEach((output, node) -> {
            if (read.contains(output)) {
                emitted.add(node);
            }
        });
    }
}
