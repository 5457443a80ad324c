package dev.assay.grad;

import static dev.assay.ir.DataType.FLOAT;

import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes backward nodes beside a forward graph. Equal nodes and equal constants are written once.
 *
 * <p>Forward values are read only where that leaves the forward kernels as they are: see {@link #read}.
 */
final class Backward {
    private static final String PREFIX = "gradient/";

    private final FloatForms forms;
    private final Forward forward;
    private final GraphEditor edit;
    private final Map<Call, String> written = new HashMap<>();
    private final Map<String, Call> calls = new HashMap<>();
    private final Map<Tensor, String> tensors = new HashMap<>();
    private final Map<String, String> readable = new HashMap<>();
    /** For a mask another one that is 1 wherever it is. */
    private final Map<String, String> wider = new HashMap<>();

    private final List<Node> nodes = new ArrayList<>();

    Backward(FloatForms forms) {
        this.forms = forms;
        this.forward = forms.forward();
        this.edit = forward.graph().edit().forgetDeclaredValues();
    }

    /** What makes two backward nodes the same. */
    private record Call(String domain, String op, List<String> inputs, Map<String, Attribute> attributes) {}

    Forward forward() {
        return forward;
    }

    FloatForms forms() {
        return forms;
    }

    Units units() {
        return forms.units();
    }

    /** The editor, with all that these results follow from, for outputs to be added. */
    GraphEditor finish(Collection<String> results) {
        Set<String> read = new HashSet<>(results);
        List<Node> needed = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (node.outputs().stream().anyMatch(read::contains)) {
                read.addAll(node.inputs());
                needed.add(node);
            }
        }
        Collections.reverse(needed);
        needed.forEach(edit::add);
        nodes.clear();
        return edit;
    }

    /** Writes a node of ONNX's own domain with one output; returns the output. */
    String call(String op, String... inputs) {
        return call(op, Map.of(), inputs);
    }

    /** Writes a node of ONNX's own domain with one output; returns the output. */
    String call(String op, Map<String, Attribute> attributes, String... inputs) {
        Call call = new Call(Node.ONNX, op, List.of(inputs), attributes);
        return written.computeIfAbsent(call, this::write);
    }

    private String write(Call call) {
        String output = edit.freshName(PREFIX + call.op());
        calls.put(output, call);
        // The order of a map's entries differs from one run of Java to the next; bytes must not.
        Map<String, Attribute> attributes = new TreeMap<>(call.attributes());
        nodes.add(new Node(
                output, call.domain(), call.op(), "", call.inputs(), List.of(output), attributes, Bytes.EMPTY));
        return output;
    }

    /** Writes a node with several outputs; returns them. */
    List<String> callMany(String op, Map<String, Attribute> attributes, List<String> inputs, int outputs) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            names.add(edit.freshName(PREFIX + op));
        }
        nodes.add(new Node(names.get(0), Node.ONNX, op, "", inputs, names, attributes, Bytes.EMPTY));
        return names;
    }

    /** A constant, apart from those of the forward graph: sharing initializers with it can break fusion (measured). */
    String constant(Tensor tensor) {
        return tensors.computeIfAbsent(tensor, t -> edit.addConstant(PREFIX + "constant", t));
    }

    /** A scalar of a float type. */
    String scalar(DataType type, double value) {
        return numbers(type, new long[0], value);
    }

    /** A constant of a float type. */
    String numbers(DataType type, long[] dims, double... values) {
        if (type == DataType.DOUBLE) {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asDoubleBuffer().put(values);
            return constant(Tensor.of(type, dims, bytes.array()));
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        String constant = constant(Tensor.ofFloats(dims, floats));
        return type == FLOAT ? constant : call("Cast", Map.of("to", Attribute.of(type.code())), constant);
    }

    /**
     * The name under which backward nodes may read a forward value without changing how it is computed: a copy of a
     * constant; where the value is quantized next, or was just dequantized, what the integer tensor stands for; else the
     * value itself. A second reader of a float value that is quantized next would keep its producer from being fused
     * (measured).
     */
    String read(String value) {
        String known = readable.get(value);
        if (known == null) {
            known = makeReadable(value);
            readable.put(value, known);
        }
        return known;
    }

    private String makeReadable(String value) {
        Optional<Tensor> constant = forward.constant(value);
        if (constant.isPresent()) {
            return constant(constant.get());
        }
        Graph graph = forward.graph();
        if (isDynamicScale(value)) {
            return scaleAgain(graph.producer(value).orElseThrow());
        }
        Optional<Node> dequantize = forms.dequantizer(value)
                .or(() -> graph.producer(value).filter(node -> node.op().equals("DequantizeLinear")));
        if (dequantize.isPresent()) {
            Node node = dequantize.get();
            return dequantized(node, node.input(0), 1);
        }
        Optional<Node> quantize =
                quantizer(value).filter(node -> twin(node.output()).isEmpty());
        return quantize.map(node -> dequantized(node, node.output(), 1)).orElse(value);
    }

    /** Whether a value is the scale of a DynamicQuantizeLinear-11, or a product of one with constants. */
    private boolean isDynamicScale(String value) {
        Optional<Node> producer = forward.graph().producer(value);
        return producer.filter(node -> node.is("DynamicQuantizeLinear")
                                && node.outputs().get(1).equals(value))
                        .isPresent()
                || producer.filter(node -> node.is("Mul")
                                && node.inputs().stream().anyMatch(this::isDynamicScale)
                                && node.inputs().stream()
                                        .allMatch(input -> isDynamicScale(input)
                                                || forward.constant(input).isPresent()))
                        .isPresent();
    }

    /**
     * A dynamic scale computed once more: {@code (max(x, 0) − min(x, 0)) / 255}. A second reader of the forward's own would
     * keep DynamicQuantizeMatMul from being made (measured).
     */
    private String scaleAgain(Node node) {
        if (node.is("Mul")) {
            return call("Mul", read(node.input(0)), read(node.input(1)));
        }
        String x = read(node.input(0));
        String zero = scalar(FLOAT, 0);
        Map<String, Attribute> whole = Map.of("keepdims", Attribute.of(0));
        String range = call(
                "Sub", call("Max", call("ReduceMax", whole, x), zero), call("Min", call("ReduceMin", whole, x), zero));
        return call("Div", range, scalar(FLOAT, 255));
    }

    /**
     * A copy, in u8 with its zero point moved by 128, of an s8 tensor that must not be read by backward nodes; empty where
     * it may be, or no copy can be had. On x86 ONNX Runtime makes s8 activations u8, for which it has integer kernels, but
     * only where a QuantizeLinear has a single reader (measured). The float before it can be quantized again where no
     * integer kernel would compute it.
     */
    Optional<String> twin(String integers) {
        return forward.graph()
                .producer(integers)
                .filter(node -> isReadOnce(integers) && readsFloat(node))
                .flatMap(node -> twinZeroPoint(integers)
                        .map(zero -> call("QuantizeLinear", node.input(0), read(node.input(1)), zero)));
    }

    /** Whether what a node quantizes comes from no dequantized values, or from a Relu: that has no integer kernel. */
    private boolean readsFloat(Node quantize) {
        Graph graph = forward.graph();
        Optional<Node> producer = graph.producer(quantize.input(0));
        return producer.isEmpty()
                || producer.get().is("Relu")
                || producer.get().inputs().stream().noneMatch(input -> graph.producer(input)
                        .filter(node -> node.op().equals("DequantizeLinear"))
                        .isPresent());
    }

    /** Whether one more reader would keep an s8 tensor from being made u8. */
    boolean isReadOnce(String integers) {
        Graph graph = forward.graph();
        return forward.typeIfKnown(integers).equals(Optional.of(DataType.INT8))
                && graph.producer(integers)
                        .filter(node -> node.op().equals("QuantizeLinear"))
                        .isPresent()
                && !graph.isOutput(integers)
                && graph.consumers(integers).size() == 1
                && graph.consumers(integers).get(0).op().equals("DequantizeLinear");
    }

    private Optional<String> twinZeroPoint(String integers) {
        return units().zeroPoint(integers)
                .filter(zero -> zero > Byte.MIN_VALUE)
                .map(zero ->
                        constant(Tensor.of(DataType.UINT8, new long[0], new byte[] {(byte) (zero - Byte.MIN_VALUE)})));
    }

    /** The node that quantizes a float value, where there is one. */
    Optional<Node> quantizer(String value) {
        return forward.graph().consumers(value).stream()
                .filter(node ->
                        node.op().equals("QuantizeLinear") && node.input(0).equals(value))
                .findFirst();
    }

    /**
     * The real numbers that an integer tensor stands for.
     *
     * @param node has the scale as input {@code scaleInput} and the zero point, possibly, as the next
     */
    String dequantized(Node node, String integers, int scaleInput) {
        Optional<String> twin = twin(integers);
        List<String> inputs = new ArrayList<>(List.of(twin.orElse(integers), read(node.input(scaleInput))));
        if (twin.isPresent()) {
            inputs.add(twinZeroPoint(integers).orElseThrow());
        } else if (node.hasInput(scaleInput + 1)) {
            inputs.add(read(node.input(scaleInput + 1)));
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.keySet().retainAll(List.of("axis", "block_size"));
        return call("DequantizeLinear", attributes, inputs.toArray(String[]::new));
    }

    /**
     * {@code gradient · mask}, once: a gradient that this mask, or a narrower one, was just applied to is returned as it
     * is.
     */
    String masked(String gradient, String mask) {
        Call call = calls.get(gradient);
        if (call != null && call.op().equals("Mul")) {
            String applied = call.inputs().get(1);
            if (applied.equals(mask) || wider.getOrDefault(applied, "").equals(mask)) {
                return gradient;
            }
        }
        return call("Mul", gradient, mask);
    }

    /** Notes that one mask is 1 wherever another is. */
    void isWider(String wide, String narrow) {
        wider.put(narrow, wide);
    }

    /** The DequantizeLinear node, if one wrote a backward value: its integers, scale and perhaps zero point. */
    Optional<List<String>> dequantizedFrom(String value) {
        return Optional.ofNullable(calls.get(value))
                .filter(call -> call.op().equals("DequantizeLinear"))
                .map(Call::inputs);
    }
}
