package dev.assay.pass;

import dev.assay.ir.Attribute;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Turns a BatchNormalization in inference mode on images into a depthwise 1×1 convolution.
 *
 * <p>For one that no convolution precedes (pre-activation nets), where it cannot be folded: BatchNormalization has no
 * integer kernel, a depthwise convolution has one, with a scale for each channel.
 */
public final class LowerBatchNormToConv implements Pass {
    private static final float DEFAULT_EPSILON = 1e-5f;

    private final Predicate<String> isImage;
    private final Predicate<String> isReadByKernels;

    /**
     * Chooses the nodes.
     *
     * @param isImage whether a value is a batch of images or feature maps, {@code [N, C, H, W]}
     * @param isReadByKernels whether integer kernels may read a value: one for nothing but floats is better not rounded
     */
    public LowerBatchNormToConv(Predicate<String> isImage, Predicate<String> isReadByKernels) {
        this.isImage = isImage;
        this.isReadByKernels = isReadByKernels;
    }

    @Override
    public Outcome apply(Graph graph) {
        GraphEditor edit = graph.edit();
        List<String> skips = new ArrayList<>();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (node.is("BatchNormalization")) {
                Optional<String> obstacle = obstacle(graph, node);
                if (obstacle.isEmpty()) {
                    edit.replace(node, List.of(convolution(graph, edit, node)));
                    changed = true;
                } else {
                    skips.add("%s: not lowered because %s".formatted(node.name(), obstacle.get()));
                }
            }
        }
        return changed ? new Outcome(edit.commit(), true, skips) : new Outcome(graph, false, skips);
    }

    private Optional<String> obstacle(Graph graph, Node node) {
        if (node.intAttribute("training_mode", 0) != 0 || node.outputs().size() > 1) {
            return Optional.of("it is in training mode");
        }
        if (!isImage.test(node.input(0))) {
            return Optional.of("its input is no image");
        }
        if (!isReadByKernels.test(node.output())) {
            return Optional.of("no integer kernel reads what it makes");
        }
        boolean constant = node.inputs().stream().skip(1).allMatch(input -> graph.constant(input)
                .isPresent());
        return constant ? Optional.empty() : Optional.of("its statistics are not constant");
    }

    /** y = x · γ/√(σ² + ε) + (β − μ · γ/√(σ² + ε)), channel by channel (BatchNormalization-15). */
    private static Node convolution(Graph graph, GraphEditor edit, Node node) {
        float[] gamma = floats(graph, node, 1);
        float[] beta = floats(graph, node, 2);
        float[] mean = floats(graph, node, 3);
        float[] variance = floats(graph, node, 4);
        float epsilon = node.floatAttribute("epsilon", DEFAULT_EPSILON);
        int channels = gamma.length;
        float[] weight = new float[channels];
        float[] bias = new float[channels];
        for (int c = 0; c < channels; c++) {
            double factor = gamma[c] / Math.sqrt((double) variance[c] + epsilon);
            weight[c] = (float) factor;
            bias[c] = (float) (beta[c] - mean[c] * factor);
        }
        String name = node.name().isEmpty() ? node.output() : node.name();
        String weightName = edit.addConstant(name + "/weight", Tensor.ofFloats(new long[] {channels, 1, 1, 1}, weight));
        String biasName = edit.addConstant(name + "/bias", Tensor.ofFloats(new long[] {channels}, bias));
        return Node.of("Conv", List.of(node.input(0), weightName, biasName), node.output())
                .named(name)
                .with("group", Attribute.of(channels))
                .with("kernel_shape", Attribute.ofLongs(1, 1));
    }

    private static float[] floats(Graph graph, Node node, int input) {
        return graph.constant(node.input(input)).orElseThrow().floats();
    }
}
