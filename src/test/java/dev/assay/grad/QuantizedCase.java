package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Observation;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.Probe;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;

/**
 * A quantized operator whose straight-through gradients are compared with those of its float operator on the same real
 * numbers: inside the limits they are equal, at the limits of an input or of the output they are zero.
 *
 * <p>Input {@code x} is quantized as {@code x.q} with scale {@code x.s} and zero point {@code x.z}; the quantized nodes
 * write {@code y.q} of scale {@code y.s} and zero point {@code y.z}, or the float {@code y}. The float node reads {@code x},
 * and {@code w} for constant integers {@code w.q}. A part of the values is beyond the limits.
 */
final class QuantizedCase {
    static final float SCALE = 1f / 100;
    private static final float OUTPUT_SCALE = 1f / 60;

    private final String name;
    private final Node reference;
    private final DataType type;
    private final List<Node> quantized = new ArrayList<>();
    private final List<Node> dequantized = new ArrayList<>();
    private final Map<String, long[]> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final SplittableRandom random = new SplittableRandom(11);
    private final Map<String, Tensor> point = new LinkedHashMap<>();
    private boolean onlySummed;
    private float tolerance = 1e-4f;

    private QuantizedCase(String name, DataType type, Node reference) {
        this.name = name;
        this.type = type;
        this.reference = reference;
        constants.put("y.s", Tensor.scalar(OUTPUT_SCALE));
        constants.put("y.z", zeroPoint());
    }

    /** A case whose activations are of a type; the reference writes {@code y}. */
    static QuantizedCase of(String name, DataType type, Node reference) {
        return new QuantizedCase(name, type, reference);
    }

    private Tensor zeroPoint() {
        return Tensor.of(type, new long[0], new byte[] {(byte) (type == DataType.UINT8 ? 120 : 3)});
    }

    QuantizedCase input(String input, long... dims) {
        inputs.put(input, dims);
        constants.put(input + ".s", Tensor.scalar(SCALE));
        constants.put(input + ".z", zeroPoint());
        return this;
    }

    /** Constant integers of 8 bits, with one scale, or as many as an axis has elements. */
    QuantizedCase weights(String weight, DataType weightType, int axis, boolean perChannel, long... dims) {
        byte[] bytes = new byte[Math.toIntExact(Tensor.elements(dims))];
        random.nextBytes(bytes);
        int channels = perChannel ? Math.toIntExact(dims[axis]) : 1;
        float[] scales = new float[channels];
        byte[] zeros = new byte[channels];
        for (int i = 0; i < channels; i++) {
            scales[i] = 0.004f * (1 + i);
            zeros[i] = (byte) (weightType == DataType.UINT8 ? 128 + i : 0);
        }
        long[] of = perChannel ? new long[] {channels} : new long[0];
        constants.put(weight + ".q", Tensor.of(weightType, dims, bytes));
        constants.put(weight + ".s", Tensor.ofFloats(of, scales));
        constants.put(weight + ".z", Tensor.of(weightType, of, zeros));
        dequantized.add(Node.of("DequantizeLinear", List.of(weight + ".q", weight + ".s", weight + ".z"), weight)
                .with("axis", Attribute.of(axis)));
        return this;
    }

    QuantizedCase constant(String constant, Tensor tensor) {
        constants.put(constant, tensor);
        return this;
    }

    QuantizedCase node(Node node) {
        quantized.add(node);
        return this;
    }

    /** Gradients pass the limits of the inputs, for those of the sum are what counts. */
    QuantizedCase onlySummed() {
        onlySummed = true;
        return this;
    }

    /** The gradient reads the output, which the reference has unrounded. */
    QuantizedCase readingOutput() {
        tolerance = OUTPUT_SCALE;
        return this;
    }

    /** The operators of the quantized nodes. */
    List<String> operators() {
        return quantized.stream().map(Node::qualifiedOp).toList();
    }

    /** The shapes of its inputs. */
    String shapes() {
        return Arrays.deepToString(inputs.values().toArray());
    }

    DynamicTest test() {
        return DynamicTest.dynamicTest(quantized.get(0).qualifiedOp() + ": " + name, this::check);
    }

    private void check() {
        boolean quantizedOutput =
                quantized.stream().anyMatch(node -> node.outputs().contains("y.q"));
        Model real = realModel();
        Model integer = integerModel(quantizedOutput);
        inputs.forEach((input, dims) -> point.put(input, random(dims)));
        Map<String, Tensor> out = run(integer, List.of("y"), point);
        Tensor u = random(of(out, "y").dims());

        List<String> integers = new ArrayList<>();
        inputs.keySet().forEach(input -> integers.add(input + ".q"));
        if (quantizedOutput) {
            integers.add("y.q");
        }
        Map<String, Tensor> levels = run(withOutputs(integer, integers), integers, point);
        Map<String, float[]> straightThrough = gradients(integer, point, u);

        Map<String, Tensor> represented = new LinkedHashMap<>();
        inputs.forEach((input, dims) -> represented.put(input, represented(of(levels, input + ".q"))));
        Tensor stopped = quantizedOutput ? stopped(u, of(levels, "y.q")) : u;
        Map<String, float[]> expected = gradients(real, represented, stopped);
        boolean someStopped = false;
        boolean someFlow = false;
        for (String input : inputs.keySet()) {
            Tensor level = of(levels, input + ".q");
            Tensor unstopped = Tensor.ofFloats(level.dims(), Objects.requireNonNull(expected.get(input)));
            float[] wanted = (onlySummed ? unstopped : stopped(unstopped, level)).floats();
            float[] gradient = Objects.requireNonNull(straightThrough.get(input));
            for (int i = 0; i < wanted.length; i++) {
                assertThat(gradient[i]).isCloseTo(wanted[i], Offset.offset(tolerance * (1 + Math.abs(wanted[i]))));
                someStopped |= isAtLimit(level, i);
                someFlow |= gradient[i] != 0;
            }
        }
        assertThat(someStopped).as("some values are at the limits").isTrue();
        assertThat(someFlow).as("some gradients are not 0").isTrue();
    }

    private static Tensor of(Map<String, Tensor> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private Tensor random(long... dims) {
        float[] values = new float[Math.toIntExact(Tensor.elements(dims))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1.5, 1.5);
        }
        return Tensor.ofFloats(dims, values);
    }

    private Tensor represented(Tensor levels) {
        float[] values = levels.floats();
        int zero = zeroPoint().ints()[0];
        for (int i = 0; i < values.length; i++) {
            values[i] = (values[i] - zero) * SCALE;
        }
        return Tensor.ofFloats(levels.dims(), values);
    }

    private static boolean isAtLimit(Tensor levels, int i) {
        int level = levels.bytes().get(i);
        return levels.type() == DataType.UINT8 ? level == 0 || level == -1 : level == -128 || level == 127;
    }

    private static Tensor stopped(Tensor gradient, Tensor levels) {
        float[] values = gradient.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = isAtLimit(levels, i) ? 0 : values[i];
        }
        return Tensor.ofFloats(gradient.dims(), values);
    }

    private Model realModel() {
        List<Node> nodes = new ArrayList<>(dequantized);
        nodes.add(reference);
        return model(nodes);
    }

    private Model integerModel(boolean quantizedOutput) {
        List<Node> nodes = new ArrayList<>();
        inputs.keySet()
                .forEach(input ->
                        nodes.add(Node.of("QuantizeLinear", List.of(input, input + ".s", input + ".z"), input + ".q")));
        nodes.addAll(quantized);
        if (quantizedOutput) {
            nodes.add(Node.of("DequantizeLinear", List.of("y.q", "y.s", "y.z"), "y"));
        }
        return model(nodes);
    }

    private Model model(List<Node> nodes) {
        List<Value> values = inputs.keySet().stream()
                .map(input -> Value.of(input, DataType.FLOAT, null))
                .toList();
        Map<String, Tensor> read = new LinkedHashMap<>(constants);
        read.keySet()
                .retainAll(
                        nodes.stream().flatMap(node -> node.inputs().stream()).toList());
        Graph graph = new Graph("case", values, List.of(output("y")), List.of(), nodes, read);
        return new Model(10, Map.of(Node.ONNX, 21L, Node.MICROSOFT, 1L), graph, List.of(), Bytes.EMPTY);
    }

    private static Value output(String name) {
        return new Value(name, null, null, Bytes.EMPTY);
    }

    private static Model withOutputs(Model model, List<String> outputs) {
        return model.withGraph(model.graph()
                .edit()
                .setOutputs(outputs.stream().map(QuantizedCase::output).toList())
                .commit());
    }

    private Map<String, float[]> gradients(Model model, Map<String, Tensor> at, Tensor u) {
        Observation observation = Probe.observe(model, name, batch -> at);
        Model seeded = model.withGraph(model.graph()
                .edit()
                .addInput(Value.of("u", DataType.FLOAT, null))
                .commit());
        Differentiation backward =
                Differentiation.of(Forward.of(seeded, observation, name), Map.of("y", "u"), inputs.keySet());
        Map<String, Tensor> feeds = new LinkedHashMap<>(at);
        feeds.put("u", u);
        Map<String, Tensor> results =
                run(backward.model(), List.copyOf(backward.gradients().values()), feeds);
        Map<String, float[]> gradients = new LinkedHashMap<>();
        backward.gradients().forEach((input, gradient) -> {
            assertThat(of(results, gradient).dims()).isEqualTo(of(at, input).dims());
            gradients.put(input, of(results, gradient).floats());
        });
        return gradients;
    }

    private Map<String, Tensor> run(Model model, List<String> outputs, Map<String, Tensor> feeds) {
        try (Session session =
                Session.open(OnnxWriter.toBytes(model), name, SessionSpec.cpu(1).at(Optimization.BASIC))) {
            return session.run(feeds, outputs);
        }
    }
}
