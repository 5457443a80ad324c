package dev.assay.train;

import dev.assay.ir.Attribute;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Observation;
import dev.assay.runtime.Observed;
import dev.assay.runtime.OptimizedGraph;
import dev.assay.runtime.SessionSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Gives convolutions whose weight is computed or fed to the runtime's blocked kernels, which it uses of its own accord
 * for constant weights only. They take half the time (measured).
 *
 * <p>Those kernels are operators of the runtime's own domain on images {@code [N, C/B, H, W, B]} and weights
 * {@code [M/B, C/B, k, k, B, B]}, or {@code [M/B, 1, k, k, 1, B]} for depthwise ones, B being as many floats as the processor computes with at once. B is read off what the
 * runtime makes of a small model on this machine; where it makes no such thing, or another, nothing is changed.
 */
final class BlockConvolutions {
    private static final String BLOCKED = "com.microsoft.nchwc";
    private static final int PROBE_CHANNELS = 64;

    private final Graph graph;
    private final Observation observation;
    private final int block;
    private final GraphEditor edit;

    private BlockConvolutions(Graph graph, Observation observation, int block) {
        this.graph = graph;
        this.observation = observation;
        this.block = block;
        this.edit = graph.edit().forgetDeclaredValues();
    }

    /**
     * Applies where {@link #block} is known.
     *
     * @param observation of every value of the model
     */
    static Model apply(Model model, Observation observation) {
        OptionalInt block = block();
        if (block.isEmpty()) {
            return model;
        }
        Graph graph = new BlockConvolutions(model.graph(), observation, block.getAsInt()).apply();
        return model.withGraph(graph).withOpset(BLOCKED, 1);
    }

    private Graph apply() {
        for (Node node : graph.sorted()) {
            if (suits(node)) {
                edit.replace(node, blocked(node));
            }
        }
        return edit.commit();
    }

    /** Whether whole blocks of channels go in and come out, and the weight is small and not constant. */
    private boolean suits(Node node) {
        if (!node.is("Conv") || node.hasInput(2)) {
            return false;
        }
        Optional<Observed> x = observation.of(node.input(0));
        Optional<Observed> weight = observation.of(node.input(1));
        if (x.isEmpty() || weight.isEmpty() || weight.get().followsBatch()) {
            return false;
        }
        List<Long> dims = sizes(weight.get());
        return dims.size() == 4
                && x.get().followsBatch()
                && dims.get(0) % block == 0
                && (isDepthwise(node, dims) || (node.intAttribute("group", 1) == 1 && dims.get(1) % block == 0));
    }

    private static boolean isDepthwise(Node conv, List<Long> w) {
        return conv.intAttribute("group", 1) == w.get(0) && w.get(1) == 1;
    }

    private static List<Long> sizes(Observed value) {
        return value.dims().stream().map(Observed.Extent::fixed).toList();
    }

    private List<Node> blocked(Node conv) {
        List<Long> w = sizes(observation.of(conv.input(1)).orElseThrow());
        List<Node> nodes = new ArrayList<>();
        String weight = weight(conv.input(1), w, isDepthwise(conv, w) ? 1 : block, nodes);
        String images = edit.freshName(conv.output() + "/blocked_input");
        String result = edit.freshName(conv.output() + "/blocked");
        nodes.add(Node.of("ReorderInput", List.of(conv.input(0)), images).inDomain(BLOCKED));
        nodes.add(new Node(
                conv.name(),
                BLOCKED,
                "Conv",
                "",
                List.of(images, weight),
                List.of(result),
                conv.attributes(),
                conv.rest()));
        nodes.add(Node.of("ReorderOutput", List.of(result), conv.output())
                .inDomain(BLOCKED)
                .named(edit.freshName(conv.output() + "/reorder"))
                .with("channels", Attribute.of(w.get(0))));
        return nodes;
    }

    private String weight(String weight, List<Long> w, long inputBlock, List<Node> nodes) {
        long[] grid = {w.get(0) / block, block, w.get(1) / inputBlock, inputBlock, w.get(2), w.get(3)};
        long[] dims = w.stream().mapToLong(Long::longValue).toArray();
        String split = edit.freshName(weight + "/split");
        String turned = edit.freshName(weight + "/turned");
        String result = edit.freshName(weight + "/blocked");
        nodes.add(Node.of("Reshape", List.of(weight, edit.addConstant(weight + "/grid", Tensor.vector(grid))), split));
        nodes.add(Node.of("Transpose", List.of(split), turned).with("perm", Attribute.ofLongs(0, 2, 4, 5, 3, 1)));
        nodes.add(Node.of("Reshape", List.of(turned, edit.addConstant(weight + "/dims", Tensor.vector(dims))), result));
        return result;
    }

    /** B, as the runtime lays out a constant weight on this machine; empty where it does so in no way known here. */
    static OptionalInt block() {
        int n = PROBE_CHANNELS;
        float[] numbered = new float[n * n];
        for (int i = 0; i < numbered.length; i++) {
            numbered[i] = i;
        }
        Shape images = new Shape(List.of(Dim.of(1), Dim.of(n), Dim.of(n), Dim.of(n)));
        Graph graph = new Graph(
                "probe",
                List.of(Value.of("x", DataType.FLOAT, images)),
                List.of(Value.of("y", DataType.FLOAT, null)),
                List.of(),
                List.of(Node.of("Conv", List.of("x", "w"), "y")),
                Map.of("w", Tensor.ofFloats(new long[] {n, n, 1, 1}, numbered)));
        Model model = new Model(8, Map.of(Node.ONNX, 18L), graph, List.of(), Bytes.EMPTY);
        return OptimizedGraph.of(OnnxWriter.toBytes(model), "probe of blocked kernels", SessionSpec.cpu(1)).stream()
                .filter(optimized -> optimized.nodes().stream()
                        .anyMatch(node -> node.domain().equals(BLOCKED)))
                .map(optimized -> optimized.initializers().values())
                .flatMap(Collection::stream)
                .filter(tensor -> tensor.size() == numbered.length)
                .map(tensor -> block(tensor.floats()))
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    /** The B for which element {@code [o, i]} of the numbered weight lies where this class would put it. */
    private static OptionalInt block(float[] laidOut) {
        int n = PROBE_CHANNELS;
        for (int b = 2; b <= n; b *= 2) {
            boolean fits = true;
            for (int o = 0; o < n && fits; o++) {
                for (int i = 0; i < n && fits; i++) {
                    int place = ((o / b * (n / b) + i / b) * b + i % b) * b + o % b;
                    fits = laidOut[place] == o * n + i;
                }
            }
            if (fits) {
                return OptionalInt.of(b);
            }
        }
        return OptionalInt.empty();
    }
}
