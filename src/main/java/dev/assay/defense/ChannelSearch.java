package dev.assay.defense;

import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.Observed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
    /** Operators that compute each channel from the same channel alone. */
    private static final Set<String> ELEMENTWISE = Set.of(
            "Add",
            "BatchNormalization",
            "Cast",
            "Celu",
            "Clip",
            "DequantizeLinear",
            "Div",
            "Elu",
            "Gelu",
            "HardSigmoid",
            "HardSwish",
            "Identity",
            "LeakyRelu",
            "Mish",
            "Mul",
            "PRelu",
            "QLinearAdd",
            "QLinearLeakyRelu",
            "QLinearMul",
            "QLinearSigmoid",
            "QuantizeLinear",
            "Relu",
            "Selu",
            "Sigmoid",
            "Softplus",
            "Sub",
            "Sum",
            "Tanh");

    /** Operators that are zero where one of what they read is. */
    private static final Set<String> PRODUCTS = Set.of("Mul", "Div", "QLinearMul");

    /** For each operator that shifts: which inputs hold what a channel is multiplied with or shifted by. */
    private static final Map<String, List<Integer>> SHIFTS =
            Map.of("Add", List.of(0, 1), "Sub", List.of(0, 1), "BatchNormalization", List.of(1, 2));

    /** For each convolution: what to silence in it. */
    private static final Map<String, BiConsumer<ChannelSearch, Node>> CONVOLUTIONS = Map.ofEntries(
            Map.entry("Conv", ChannelSearch::conv),
            Map.entry("QLinearConv", ChannelSearch::qlinearConv),
            Map.entry("com.microsoft.QLinearConv", ChannelSearch::qlinearConv),
            Map.entry("ConvInteger", ChannelSearch::convInteger),
            Map.entry("com.microsoft.MatMulNBits", ChannelSearch::matMulNBits));

    private final ImageClassifier model;
    private final Graph graph;
    private final ConstantSearch search;
    private final Map<String, Integer> axes = new HashMap<>();
    private final Deque<String> unread = new ArrayDeque<>();
    private final Set<Node> members = new HashSet<>();
    private final List<Node> convolutions = new ArrayList<>();
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

    /** Looks at the convolutions before the logits, from the last to the first. */
    static Found last(ImageClassifier model) {
        Graph graph = model.model().graph();
        Set<Node> before = before(graph, model.ports().logits());
        List<Node> nodes = new ArrayList<>(graph.sorted());
        java.util.Collections.reverse(nodes);
        List<String> obstacles = new ArrayList<>();
        for (Node node : nodes) {
            if (before.contains(node) && isConvolution(model, node)) {
                ChannelSearch search = new ChannelSearch(model);
                Optional<ChannelGroup> group = search.groupOf(node);
                if (group.isPresent()) {
                    return new Found(group, obstacles);
                }
                obstacles.add("'%s': %s".formatted(node.name(), search.obstacle));
            }
        }
        return new Found(Optional.empty(), obstacles);
    }

    private static Set<Node> before(Graph graph, String logits) {
        Set<Node> before = new LinkedHashSet<>();
        Deque<String> values = new ArrayDeque<>(List.of(logits));
        while (!values.isEmpty()) {
            graph.producer(values.remove()).filter(before::add).ifPresent(node -> values.addAll(Graph.reads(node)));
        }
        return before;
    }

    /** MatMulNBits is a convolution where it multiplies the pixels of an image, as int4-kernel lowers one. */
    private static boolean isConvolution(ImageClassifier model, Node node) {
        return CONVOLUTIONS.containsKey(node.qualifiedOp()) && rank(model, node.output()) == 4;
    }

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
            int at = axes.get(value);
            graph.consumers(value).forEach(reader -> joinReader(reader, at));
        }
        if (obstacle != null) {
            return Optional.empty();
        }
        Node last = graph.sorted().stream()
                .filter(members::contains)
                .reduce((earlier, later) -> later)
                .orElseThrow();
        List<Node> ordered =
                graph.sorted().stream().filter(convolutions::contains).toList();
        return Optional.of(new ChannelGroup(
                model.model(), ordered, (int) channels, constants, last.output(), axes.get(last.output())));
    }

    private static int axisOf(Node convolution) {
        boolean channelsLast =
                convolution.op().equals("MatMulNBits") || convolution.intAttribute("channels_last", 0) != 0;
        return channelsLast ? 3 : 1;
    }

    private long extent(String value, int axis) {
        return model.observation().of(value).orElseThrow().shapeAt(1)[axis];
    }

    private void joinReader(Node reader, int axis) {
        if (reader.is("Transpose")) {
            reader.ints("perm").ifPresent(perm -> join(reader, indexOf(perm, axis)));
        } else if (ELEMENTWISE.contains(reader.op())) {
            join(reader, axis);
        }
    }

    private static int indexOf(long[] perm, int axis) {
        for (int i = 0; i < perm.length; i++) {
            if (perm[i] == axis) {
                return i;
            }
        }
        throw new IllegalArgumentException("no axis " + axis);
    }

    /** Takes in a node that writes the channels at this axis, with all that it needs for them to be zero. */
    private void join(Node node, int axis) {
        if (obstacle != null || !members.add(node)) {
            return;
        }
        if (rank(model, node.output()) != 4 || extent(node.output(), axis) != channels) {
            obstacle = "'%s' (%s) adds channels of another shape".formatted(node.name(), node.op());
            return;
        }
        axes.put(node.output(), axis);
        unread.add(node.output());
        if (isConvolution(model, node)) {
            convolutions.add(node);
            CONVOLUTIONS.get(node.qualifiedOp()).accept(this, node);
        } else if (node.is("Transpose")) {
            joinMaker(node.input(0), (int) node.ints("perm").orElseThrow()[axis]);
        } else {
            silenceShifts(node, axis);
            node.inputs().stream().filter(input -> rank(model, input) > 0).forEach(input -> joinFactor(node, input, axis));
        }
    }

    private void joinFactor(Node node, String input, int axis) {
        boolean zeroAnyway = PRODUCTS.contains(node.op())
                && node.inputs().stream().anyMatch(other -> !other.equals(input) && axes.containsKey(other));
        if (!axes.containsKey(input) && !zeroAnyway) {
            joinMaker(input, axis);
        }
    }

    private void joinMaker(String value, int axis) {
        Optional<Node> maker = graph.producer(value);
        boolean follows = maker.filter(node -> isConvolution(model, node)
                        || node.is("Transpose") && node.ints("perm").isPresent()
                        || ELEMENTWISE.contains(node.op()))
                .isPresent();
        if (follows) {
            maker.ifPresent(node -> join(node, isConvolution(model, node) ? axisOf(node) : axis));
        } else if (obstacle == null) {
            obstacle = "a branch that no weights silence comes from %s"
                    .formatted(maker.map(node -> "'%s' (%s)".formatted(node.name(), node.op())).orElse("'" + value + "'"));
        }
    }

    private void silenceShifts(Node node, int axis) {
        for (int input : SHIFTS.getOrDefault(node.op(), List.of())) {
            String value = node.input(input);
            if (rank(model, value) == 0) {
                long[] dims = dims(value);
                int at = node.op().equals("BatchNormalization") ? 0 : axis - 4 + dims.length;
                if (at >= 0 && dims[at] == channels) {
                    silence(search.of(node, input, at));
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
        silenceBias(node, 5);
    }

    private void silenceBias(Node node, int input) {
        if (node.hasInput(input)) {
            silence(search.of(node, input, 0));
        }
    }
}
