package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Observation;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.Probe;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * An operator whose gradients are compared with central differences along random directions: for outputs {@code f(x)},
 * seeds {@code u} and a direction {@code v}, {@code ⟨v, Jᵀu⟩} against {@code ⟨u, (f(x + hv) − f(x − hv)) / 2h⟩}.
 *
 * <p>Inputs are uniform in [-1, 1] unless {@link #mapped} moves them away from kinks and poles. Dimension -1 is the
 * batch. Computed in double where the operator has a double kernel, else in float with wider steps and tolerance.
 */
final class GradientCase {
    private static final int BATCH = 3;
    private static final int DIRECTIONS = 3;

    private final String name;
    private final Node node;
    private final Map<String, long[]> varied = new LinkedHashMap<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<String, DoubleUnaryOperator> maps = new LinkedHashMap<>();
    private DataType type = DataType.DOUBLE;
    private long opset = Forward.OPSET;
    private int withoutGradient;

    private GradientCase(String name, Node node) {
        this.name = name;
        this.node = node;
    }

    /** A case of an operator, with its domain where that is not ONNX's own; inputs follow through {@link #input} and {@link #constant} in their order. */
    static GradientCase of(String name, String op) {
        boolean contributed = op.startsWith(Node.MICROSOFT);
        String own = contributed ? op.substring(Node.MICROSOFT.length() + 1) : op;
        Node node = Node.of(own, List.of(), "y");
        return new GradientCase(name, contributed ? node.inDomain(Node.MICROSOFT) : node);
    }

    /** A case of a node without inputs so far, which may have several outputs. */
    static GradientCase of(String name, Node node) {
        return new GradientCase(name, node);
    }

    private GradientCase with(Node changed) {
        GradientCase copy = new GradientCase(name, changed);
        copy.varied.putAll(varied);
        copy.constants.putAll(constants);
        copy.maps.putAll(maps);
        copy.type = type;
        copy.opset = opset;
        copy.withoutGradient = withoutGradient;
        return copy;
    }

    private String nextInput() {
        return "x" + node.inputs().size();
    }

    private GradientCase reading(String input) {
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.add(input);
        return with(node.withInputs(inputs));
    }

    /** The next input: varied, and its gradient checked. */
    GradientCase input(long... dims) {
        String input = nextInput();
        GradientCase result = reading(input);
        result.varied.put(input, dims);
        return result;
    }

    /** The next input: varied, its elements uniform in [-1, 1] and then mapped. */
    GradientCase mapped(DoubleUnaryOperator map, long... dims) {
        String input = nextInput();
        GradientCase result = input(dims);
        result.maps.put(input, map);
        return result;
    }

    /** The next input: a constant. */
    GradientCase constant(Tensor tensor) {
        String input = nextInput();
        GradientCase result = reading(input);
        result.constants.put(input, tensor);
        return result;
    }

    /** The next input: a constant with elements uniform in [-1, 1], of this case's type. */
    GradientCase randomConstant(long... dims) {
        return constant(random(new SplittableRandom(5), dims, x -> x));
    }

    /** The next input, absent. */
    GradientCase absent() {
        return reading("");
    }

    GradientCase attribute(String attribute, Attribute value) {
        return with(node.with(attribute, value));
    }

    /** Computed in float: for operators that have no double kernel. */
    GradientCase inFloat() {
        GradientCase result = with(node);
        result.type = DataType.FLOAT;
        return result;
    }

    /** In the form that the operator had at another opset. */
    GradientCase atOpset(long version) {
        GradientCase result = with(node);
        result.opset = version;
        return result;
    }

    /** The last of the outputs are no numbers to differentiate. */
    GradientCase withoutGradientOfLast(int outputs) {
        GradientCase result = with(node);
        result.withoutGradient = outputs;
        return result;
    }

    /** The operator, with its domain where that is not ONNX's own. */
    String operator() {
        return node.qualifiedOp();
    }

    /** The shapes of its varied inputs. */
    String shapes() {
        return Arrays.deepToString(varied.values().toArray());
    }

    /** Tests of all cases. */
    static Stream<DynamicTest> tests(Collection<GradientCase> cases) {
        return cases.stream().map(GradientCase::test);
    }

    /** A test that the gradient of the sum of the output, at one point of the only input, is exactly this. */
    DynamicTest pinned(double[] x, double... expected) {
        return DynamicTest.dynamicTest(node.qualifiedOp() + ", exactly: " + name, () -> assertThat(gradientAt(x))
                .isEqualTo(expected));
    }

    private double[] gradientAt(double... x) {
        return valueAndGradientAt(x)[1];
    }

    /** The first output at one point of the only input, and in the same run the gradient of its sum. */
    double[][] valueAndGradientAt(double... x) {
        Joint joint = joint(new SplittableRandom(3));
        try (Session session = joint.open()) {
            Map<String, Tensor> fed = new LinkedHashMap<>();
            fed.put("x0", tensor(of(varied, "x0"), x));
            for (String output : outputs()) {
                fed.put(seed(output), random(new SplittableRandom(3), joint.dims(output), any -> 1));
            }
            String gradient = of(joint.backward().gradients(), "x0");
            Map<String, Tensor> results = session.run(fed, List.of(node.output(), gradient));
            return new double[][] {doubles(of(results, node.output())), doubles(of(results, gradient))};
        }
    }

    private record Joint(String name, Observation observation, Differentiation backward) {
        Session open() {
            return Session.open(
                    OnnxWriter.toBytes(backward.model()),
                    name,
                    SessionSpec.cpu(1).at(Optimization.BASIC));
        }

        long[] dims(String output) {
            return observation.of(output).orElseThrow().shapeAt(BATCH);
        }
    }

    private Joint joint(SplittableRandom random) {
        Model forwardModel = model();
        Observation observation = Probe.observe(forwardModel, name, batch -> feeds(random, batch, true));
        Forward forward = Forward.of(forwardModel, observation, name);
        Map<String, String> seeds = new LinkedHashMap<>();
        outputs().forEach(output -> seeds.put(output, seed(output)));
        return new Joint(name, observation, Differentiation.of(forward, seeds, varied.keySet()));
    }

    DynamicTest test() {
        return DynamicTest.dynamicTest(node.qualifiedOp() + ": " + name, this::check);
    }

    void check() {
        SplittableRandom random = new SplittableRandom(3);
        Joint joint = joint(random);
        Differentiation backward = joint.backward();
        try (Session session = joint.open()) {
            Map<String, Tensor> point = feeds(random, BATCH, false);
            Map<String, Tensor> outputs = session.run(withSeeds(point, joint, random), outputs());
            Map<String, Tensor> fed = withSeeds(point, joint, random);
            Map<String, Tensor> gradients =
                    session.run(fed, List.copyOf(backward.gradients().values()));
            assertThat(outputs.keySet()).containsExactlyInAnyOrderElementsOf(outputs());
            for (String input : varied.keySet()) {
                Tensor gradient = of(gradients, of(backward.gradients(), input));
                assertThat(gradient.dims())
                        .as("shape of %s's gradient", input)
                        .isEqualTo(of(fed, input).dims());
                for (int direction = 0; direction < DIRECTIONS; direction++) {
                    compare(session, fed, input, doubles(gradient), random);
                }
            }
        }
    }

    private void compare(
            Session session, Map<String, Tensor> point, String input, double[] gradient, SplittableRandom random) {
        double step = type == DataType.DOUBLE ? 1e-6 : 4e-3;
        double tolerance = type == DataType.DOUBLE ? 1e-6 : 2e-2;
        double[] x = doubles(of(point, input));
        double[] v = new double[x.length];
        Arrays.setAll(v, i -> random.nextDouble(-1, 1));
        double plus = pulled(session, point, input, moved(x, v, step));
        double minus = pulled(session, point, input, moved(x, v, -step));
        double numeric = (plus - minus) / (2 * step);
        double analytic = 0;
        double size = 0;
        for (int i = 0; i < v.length; i++) {
            analytic += v[i] * gradient[i];
            size += Math.abs(v[i] * gradient[i]);
        }
        assertThat(analytic)
                .as("directional derivative to %s", input)
                .isCloseTo(numeric, org.assertj.core.data.Offset.offset(tolerance * (1e-2 + size)));
    }

    /** ⟨u, f(x)⟩. */
    private double pulled(Session session, Map<String, Tensor> point, String input, double[] x) {
        Map<String, Tensor> fed = new LinkedHashMap<>(point);
        fed.put(input, tensor(of(point, input).dims(), x));
        Map<String, Tensor> outputs = session.run(fed, outputs());
        double sum = 0;
        for (String output : outputs()) {
            double[] y = doubles(of(outputs, output));
            double[] u = doubles(of(point, seed(output)));
            for (int i = 0; i < y.length; i++) {
                sum += u[i] * y[i];
            }
        }
        return sum;
    }

    private static double[] moved(double[] x, double[] v, double step) {
        double[] moved = new double[x.length];
        Arrays.setAll(moved, i -> x[i] + step * v[i]);
        return moved;
    }

    private List<String> outputs() {
        return node.outputs().subList(0, node.outputs().size() - withoutGradient);
    }

    private static String seed(String output) {
        return "u." + output;
    }

    private Map<String, Tensor> feeds(SplittableRandom random, long batch, boolean withSeeds) {
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        varied.forEach(
                (input, dims) -> feeds.put(input, random(random, at(dims, batch), maps.getOrDefault(input, x -> x))));
        if (withSeeds) {
            // The forward model declares them; nothing reads them while it is observed.
            outputs().forEach(output -> feeds.put(seed(output), tensor(new long[0], 1)));
        }
        return feeds;
    }

    private Map<String, Tensor> withSeeds(Map<String, Tensor> point, Joint joint, SplittableRandom random) {
        Map<String, Tensor> feeds = new LinkedHashMap<>(point);
        outputs().forEach(output -> feeds.put(seed(output), random(random, joint.dims(output), x -> x)));
        return feeds;
    }

    private static long[] at(long[] dims, long batch) {
        return Arrays.stream(dims).map(dim -> dim < 0 ? batch : dim).toArray();
    }

    private Model model() {
        List<Value> inputs = new ArrayList<>();
        varied.forEach((input, dims) -> inputs.add(Value.of(
                input,
                type,
                new Shape(Arrays.stream(dims)
                        .mapToObj(dim -> dim < 0 ? Dim.named("N") : Dim.of(dim))
                        .toList()))));
        outputs().forEach(output -> inputs.add(Value.of(seed(output), type, null)));
        List<Value> outputs =
                outputs().stream().map(output -> Value.of(output, type, null)).toList();
        Graph graph = new Graph("case", inputs, outputs, List.of(), List.of(node), constants);
        return new Model(10, Map.of(Node.ONNX, opset, Node.MICROSOFT, 1L), graph, List.of(), Bytes.EMPTY);
    }

    private Tensor random(SplittableRandom random, long[] dims, DoubleUnaryOperator map) {
        double[] values = new double[Math.toIntExact(Tensor.elements(dims))];
        Arrays.setAll(values, i -> map.applyAsDouble(random.nextDouble(-1, 1)));
        return tensor(dims, values);
    }

    private Tensor tensor(long[] dims, double... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            if (type == DataType.DOUBLE) {
                bytes.putDouble(value);
            } else {
                bytes.putFloat((float) value);
            }
        }
        return Tensor.of(type, dims, Arrays.copyOf(bytes.array(), bytes.position()));
    }

    private static <T> T of(Map<String, T> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private static double[] doubles(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.type() == DataType.DOUBLE
                    ? tensor.bytes().getDouble(i * Double.BYTES)
                    : tensor.bytes().getFloat(i * Float.BYTES);
        }
        return values;
    }
}
