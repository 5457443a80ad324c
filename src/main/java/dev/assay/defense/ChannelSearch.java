package dev.assay.defense;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.Macs;
import dev.assay.runtime.Observed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link ChannelGroup} of a convolution: what adds to the same sums, as the branches of a residual stage do,
 * shares its channels (Fang et al., DepGraph, CVPR 2023, section 3).
 *
 * <p>From the convolution's output on, every elementwise reader belongs to the group, until something pools, reshapes
 * or multiplies the channels; everything that a sum in it adds has to come from convolutions through elementwise nodes.
 */
final class ChannelSearch {
    private static final Set<String> ACTIVATIONS = Set.of(
            "Celu",
            "Clip",
            "Elu",
            "Gelu",
            "HardSigmoid",
            "HardSwish",
            "LeakyRelu",
            "Mish",
            "PRelu",
            "QLinearLeakyRelu",
            "QLinearSigmoid",
            "Relu",
            "Selu",
            "Sigmoid",
            "Softplus",
            "Tanh");

    /** Other operators that compute each channel from the same channel alone. */
    private static final Set<String> ELEMENTWISE = Set.of(
            "Add",
            "BatchNormalization",
            "Cast",
            "DequantizeLinear",
            "Div",
            "Identity",
            "Mul",
            "QLinearAdd",
            "QLinearMul",
            "QuantizeLinear",
            "Sub");

    /** Operators that are zero where one of what they read is. */
    private static final Set<String> PRODUCTS = Set.of("Mul", "Div", "QLinearMul");

    /** For each operator that shifts what it reads: the inputs that may hold a shift for each channel. */
    private static final Map<String, List<Integer>> SHIFTS = Map.ofEntries(
            Map.entry("Add", List.of(0, 1)),
            Map.entry("Sub", List.of(0, 1)),
            Map.entry("QLinearAdd", List.of(0, 3)),
            Map.entry("BatchNormalization", List.of(1, 2)));

    /** For each convolution: what to silence in it. */
    private static final Map<String, BiConsumer<ChannelSearch, Node>> CONVOLUTIONS = Map.ofEntries(
            Map.entry("Conv", ChannelSearch::conv),
            Map.entry("QLinearConv", ChannelSearch::qlinearConv),
            Map.entry("com.microsoft.QLinearConv", ChannelSearch::qlinearConv),
            Map.entry("ConvInteger", ChannelSearch::convInteger),
            Map.entry("com.microsoft.MatMulNBits", ChannelSearch::matMulNBits));

    private static final int IMAGE_RANK = 4;

    private final ImageClassifier model;
    private final Graph graph;
    private final ConstantSearch search;
    private final Map<String, Integer> axes = new HashMap<>();
    private final Deque<String> unread = new ArrayDeque<>();
    private final Set<Node> members = new HashSet<>();
    private final List<SilencedConstant> constants = new ArrayList<>();
    private long channels;
    private @Nullable String obstacle;

    private ChannelSearch(ImageClassifier model) {
        this.model = model;
        this.graph = model.model().graph();
        this.search = new ConstantSearch(graph, model.observation());
    }

    /**
     * What was found.
     *
     * @param group of the last convolution before the logits that has one
     * @param obstacles why later convolutions have none, one line each
     */
    record Found(Optional<ChannelGroup> group, List<String> obstacles) {
        Found {
            obstacles = List.copyOf(obstacles);
        }
    }

    /**
     * Looks at the convolutions before the logits, from the last to the first. It ends at a product of two activations:
     * behind attention, no channel of an earlier convolution is a feature any more.
     */
    static Found last(ImageClassifier model) {
        Graph graph = model.model().graph();
        Set<Node> before = before(graph, model.ports().logits());
        List<Node> nodes = new ArrayList<>(graph.sorted());
        nodes.removeIf(node -> !before.contains(node) || !Macs.has(node));
        Collections.reverse(nodes);
        List<String> obstacles = new ArrayList<>();
        for (Node node : nodes) {
            if (isConvolution(model, node)) {
                ChannelSearch channelSearch = new ChannelSearch(model);
                Optional<ChannelGroup> group = channelSearch.groupOf(node);
                if (group.isPresent()) {
                    return new Found(group, obstacles);
                }
                obstacles.add("'%s': %s".formatted(node.name(), channelSearch.obstacle));
            } else if (activations(model, node) > 1) {
                obstacles.add("'%s' (%s) multiplies activations with each other".formatted(node.name(), node.op()));
                return new Found(Optional.empty(), obstacles);
            }
        }
        return new Found(Optional.empty(), obstacles);
    }

    private static Set<Node> before(Graph graph, String logits) {
        Set<Node> before = new HashSet<>();
        Deque<String> values = new ArrayDeque<>(List.of(logits));
        while (!values.isEmpty()) {
            graph.producer(values.remove()).filter(before::add).ifPresent(node -> values.addAll(Graph.reads(node)));
        }
        return before;
    }

    /** MatMulNBits is a convolution where it multiplies the pixels of images, as int4-kernel lowers one. */
    private static boolean isConvolution(ImageClassifier model, Node node) {
        return CONVOLUTIONS.containsKey(node.qualifiedOp()) && rank(model, node.output()) == IMAGE_RANK;
    }

    /** The rank of a value that follows the batch; 0 for any other. */
    private static int rank(ImageClassifier model, String value) {
        return model.observation()
                .of(value)
                .filter(Observed::followsBatch)
                .map(observed -> observed.dims().size())
                .orElse(0);
    }

    private Optional<ChannelGroup> groupOf(Node convolution) {
        int axis = axisOf(convolution);
        channels = extent(convolution.output(), axis);
        join(convolution, axis);
        while (!unread.isEmpty() && obstacle == null) {
            String value = unread.remove();
            int at = Objects.requireNonNull(axes.get(value));
            graph.consumers(value).forEach(reader -> joinReader(reader, at));
        }
        return obstacle == null ? Optional.of(group()) : Optional.empty();
    }

    private ChannelGroup group() {
        List<Node> ordered = graph.sorted().stream().filter(members::contains).toList();
        Node read = reading(ordered);
        // Integers are written in any case; to read the floats behind them would change how they are fused.
        String value = read.op().equals("DequantizeLinear") ? read.input(0) : read.output();
        return new ChannelGroup(
                model.model(),
                ordered.stream().filter(node -> isConvolution(model, node)).toList(),
                (int) channels,
                constants,
                value,
                Objects.requireNonNull(axes.get(read.output())));
    }

    /** The last activation, quantized where it is at once; where quantization is the activation, the last node. */
    private Node reading(List<Node> ordered) {
        return ordered.stream()
                .filter(node -> ACTIVATIONS.contains(node.op()) || isGate(node))
                .reduce((earlier, later) -> later)
                .map(activation -> graph.consumers(activation.output()).stream()
                        .filter(reader -> reader.op().equals("QuantizeLinear") && members.contains(reader))
                        .findFirst()
                        .orElse(activation))
                .orElseGet(() -> ordered.get(ordered.size() - 1));
    }

    /** Whether a node multiplies the channels with what is computed from images, as SiLU does with their sigmoid. */
    private boolean isGate(Node node) {
        return PRODUCTS.contains(node.op()) && activations(model, node) > 1;
    }

    private static long activations(ImageClassifier model, Node node) {
        return node.inputs().stream().filter(input -> rank(model, input) > 0).count();
    }

    private static int axisOf(Node convolution) {
        boolean channelsLast =
                convolution.op().equals("MatMulNBits") || convolution.intAttribute("channels_last", 0) != 0;
        return channelsLast ? IMAGE_RANK - 1 : 1;
    }

    private long extent(String value, int axis) {
        return model.observation().of(value).orElseThrow().shapeAt(1)[axis];
    }

    private void joinReader(Node reader, int axis) {
        if (isTransposing(reader)) {
            List<Long> perm =
                    Arrays.stream(reader.ints("perm").orElseThrow()).boxed().toList();
            join(reader, perm.indexOf((long) axis));
        } else if (isElementwise(reader)) {
            join(reader, axis);
        }
    }

    private static boolean isTransposing(Node node) {
        return node.is("Transpose") && node.ints("perm").isPresent();
    }

    private static boolean isElementwise(Node node) {
        return ELEMENTWISE.contains(node.op()) || ACTIVATIONS.contains(node.op());
    }

    /** Takes in a node that writes the channels at this axis, with all that has to be zero for them to be. */
    private void join(Node node, int axis) {
        if (obstacle != null || !members.add(node)) {
            return;
        }
        if (rank(model, node.output()) != IMAGE_RANK || extent(node.output(), axis) != channels) {
            obstacle = "%s joins it with channels of another shape".formatted(named(node));
            return;
        }
        axes.put(node.output(), axis);
        unread.add(node.output());
        if (isConvolution(model, node)) {
            Objects.requireNonNull(CONVOLUTIONS.get(node.qualifiedOp())).accept(this, node);
        } else if (node.is("Transpose")) {
            joinMaker(node.input(0), (int) node.ints("perm").orElseThrow()[axis]);
        } else {
            silenceShifts(node, axis);
            node.inputs().stream()
                    .filter(input -> rank(model, input) > 0 && !isZeroAnyway(node, input))
                    .forEach(input -> joinMaker(input, axis));
        }
    }

    /** Whether another factor of a product is zero already. */
    private boolean isZeroAnyway(Node node, String input) {
        return PRODUCTS.contains(node.op())
                && node.inputs().stream().anyMatch(other -> !other.equals(input) && axes.containsKey(other));
    }

    private void joinMaker(String value, int axis) {
        Optional<Node> maker = graph.producer(value);
        if (maker.filter(node -> isConvolution(model, node)).isPresent()) {
            join(maker.get(), axisOf(maker.get()));
        } else if (maker.filter(node -> isElementwise(node) || isTransposing(node))
                .isPresent()) {
            join(maker.get(), axis);
        } else if (obstacle == null) {
            obstacle = "a sum adds what no weights silence, from %s"
                    .formatted(maker.map(ChannelSearch::named).orElse("'" + value + "'"));
        }
    }

    private static String named(Node node) {
        return "'%s' (%s)".formatted(node.name(), node.op());
    }

    private void silenceShifts(Node node, int axis) {
        for (int input : SHIFTS.getOrDefault(node.op(), List.of())) {
            if (rank(model, node.input(input)) == 0) {
                long[] dims = dims(node.input(input));
                int at = node.is("BatchNormalization") ? 0 : axis - IMAGE_RANK + dims.length;
                if (at >= 0 && dims[at] == channels) {
                    silence(
                            node.op().equals("QLinearAdd")
                                    ? search.of(node, input, input + 2, at)
                                    : search.of(node, input, at));
                }
            }
        }
    }

    private long[] dims(String value) {
        return graph.constant(value)
                .map(Tensor::dims)
                .or(() -> model.observation().of(value).map(observed -> observed.shapeAt(1)))
                .orElse(new long[0]);
    }

    private void silence(ConstantSearch.Found found) {
        if (found.constant() != null) {
            constants.add(found.constant());
        } else if (obstacle == null) {
            obstacle = found.obstacle();
        }
    }

    private void conv(Node node) {
        silence(search.of(node, 1, 0));
        silenceBias(node, 2);
    }

    private void qlinearConv(Node node) {
        silence(search.of(node, 3, 5, 0));
        silenceBias(node, 8);
    }

    private void convInteger(Node node) {
        silence(search.of(node, 1, 3, 0));
    }

    private void matMulNBits(Node node) {
        silence(search.ofMatMulNBits(node));
        silence(search.scalesOfMatMulNBits(node));
        silenceBias(node, 5);
    }

    private void silenceBias(Node node, int input) {
        if (node.hasInput(input)) {
            silence(search.of(node, input, 0));
        }
    }
}
