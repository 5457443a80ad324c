package dev.assay.quant;

import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.quant.QuantRule.Kind;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.Observed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which nodes of a model run on integer kernels under static quantization, and which values need scales for that. */
final class StaticPlan {
    private static final Set<String> CLIPS = Set.of("Relu", "Clip");

    private final ImageClassifier classifier;
    private final Graph graph;
    private final Map<Node, PlannedNode> planned = new LinkedHashMap<>();
    private final Map<String, PlannedNode> byOutput = new HashMap<>();
    private final List<Skip> skips = new ArrayList<>();

    private StaticPlan(ImageClassifier classifier) {
        this.classifier = classifier;
        this.graph = classifier.model().graph();
    }

    static StaticPlan of(ImageClassifier classifier) {
        StaticPlan plan = new StaticPlan(classifier);
        for (Node node : plan.graph.sorted()) {
            plan.consider(node);
        }
        plan.dropIdle();
        return plan;
    }

    /** Whether a node may run on an integer kernel, by itself or absorbed by one. */
    static boolean mayQuantize(Node node) {
        return QuantRules.of(node.qualifiedOp()).isPresent() || CLIPS.contains(node.qualifiedOp());
    }

    private void consider(Node node) {
        Optional<String> other = Products.otherObstacle(classifier.model(), node);
        if (other.isPresent()) {
            skips.add(Skip.of(node, other.get()));
            return;
        }
        if (!computesOnImages(node) || isAbsorbable(node)) {
            return;
        }
        Optional<QuantRule> rule = QuantRules.of(node.qualifiedOp());
        Optional<String> obstacle =
                rule.isEmpty() ? Optional.of(QuantRules.reasonAgainst(node.qualifiedOp())) : obstacle(node, rule.get());
        if (obstacle.isPresent()) {
            skips.add(Skip.of(node, obstacle.get()));
        } else {
            PlannedNode plan = new PlannedNode(node, rule.orElseThrow(), clipAfter(node, rule.orElseThrow()));
            planned.put(node, plan);
            plan.outputs().forEach(output -> byOutput.put(output, plan));
        }
    }

    /** Whether the node turns floats that depend on the images into floats: shape arithmetic and constants do not. */
    private boolean computesOnImages(Node node) {
        return isFloatOfImages(node.output()) && node.inputs().stream().anyMatch(this::isFloatOfImages);
    }

    private boolean isFloatOfImages(String value) {
        return classifier
                .observation()
                .of(value)
                .filter(seen ->
                        seen.type() == DataType.FLOAT && seen.asConstant().isEmpty())
                .filter(Observed::followsBatch)
                .isPresent();
    }

    private boolean isAbsorbable(Node node) {
        return graph.producer(node.input(0))
                .map(planned::get)
                .filter(before -> before.clip() == node)
                .isPresent();
    }

    private @Nullable Node clipAfter(Node node, QuantRule rule) {
        List<Node> readers = graph.consumers(node.output());
        boolean alone = readers.size() == 1 && !graph.isOutput(node.output());
        return alone
                        && rule.kind() != Kind.MOVES
                        && CLIPS.contains(readers.get(0).qualifiedOp())
                        && readers.get(0).input(0).equals(node.output())
                ? readers.get(0)
                : null;
    }

    private Optional<String> obstacle(Node node, QuantRule rule) {
        for (int i = 0; i < node.inputs().size(); i++) {
            String input = node.input(i);
            if (rule.isActivation().test(i)
                    && !isFloatOfImages(input)
                    && graph.constant(input).isEmpty()) {
                return Optional.of("input '%s' neither follows the images nor is constant".formatted(input));
            }
        }
        boolean splits = rule.kind() == Kind.MOVES && node.outputs().stream().allMatch(this::isFloatOfImages);
        if (!splits && node.outputs().stream().skip(1).anyMatch(output -> !output.isEmpty())) {
            return Optional.of("it has a second output");
        }
        return switch (rule.kind()) {
            case PRODUCT -> productObstacle(node);
            case COMPUTES ->
                node.is("Softmax") && closesTheGraph(node)
                        ? Optional.of("the closing Softmax stays float: 8-bit probabilities tie and lose the margins")
                        : Optional.empty();
            case MOVES ->
                byOutput.containsKey(node.input(0))
                        ? moveObstacle(node)
                        : Optional.of("what it reads is not quantized");
        };
    }

    private Optional<String> moveObstacle(Node node) {
        if (node.is("Resize") && !node.textAttribute("mode", "nearest").equals("nearest")) {
            return Optional.of("only nearest Resize runs on integers exactly");
        }
        return node.is("Split") && mayStayFloat(node.input(0))
                ? Optional.of("what it splits may stay float, and each part has a scale of its own")
                : Optional.empty();
    }

    /**
     * Whether a value comes from a product that can hand out floats, with or without a bias added behind it. Its parts may
     * differ in range, as a transformer's queries, keys and values do: with a scale for each they have half the error of
     * one scale for all (measured), and no product is float for it.
     */
    private boolean mayStayFloat(String value) {
        return maker(scaleOwner(value))
                .filter(maker -> canHandOutFloats(maker)
                        || (addsConstant(maker.node())
                                && maker.node().inputs().stream().anyMatch(this::mayStayFloat)))
                .isPresent();
    }

    private boolean addsConstant(Node node) {
        return node.is("Add")
                && node.inputs().stream()
                        .anyMatch(input -> graph.constant(input).isPresent());
    }

    private Optional<String> productObstacle(Node node) {
        boolean ofTwoActivations =
                node.is("MatMul") && graph.constant(node.input(1)).isEmpty();
        if (ofTwoActivations) {
            return Optional.empty();
        }
        return Products.obstacle(graph, node).or(() -> Products.biasObstacle(graph, node));
    }

    private boolean closesTheGraph(Node node) {
        return graph.isOutput(node.output())
                || graph.consumers(node.output()).stream()
                        .anyMatch(reader -> reader.is("Identity") && graph.isOutput(reader.output()));
    }

    /**
     * Drops what no integer kernel reads and is no product: quantizing it would only add noise. Residual sums that only
     * normalizations read are of that kind, and so are the sums behind the products of a last layer.
     */
    private void dropIdle() {
        List<PlannedNode> backwards = new ArrayList<>(planned.values());
        Collections.reverse(backwards);
        for (PlannedNode plan : backwards) {
            if (plan.rule().kind() != Kind.PRODUCT && plan.outputs().stream().noneMatch(this::isReadByPlanned)) {
                planned.remove(plan.node());
                plan.outputs().forEach(byOutput::remove);
                skips.add(Skip.of(plan.node(), "no integer kernel reads what it makes"));
                plan.clipping()
                        .ifPresent(clip -> skips.add(Skip.of(clip, QuantRules.reasonAgainst(clip.qualifiedOp()))));
            }
        }
    }

    private boolean isReadByPlanned(String value) {
        return graph.consumers(value).stream()
                .anyMatch(reader -> planned.containsKey(reader)
                        && planned.get(reader)
                                .rule()
                                .isActivation()
                                .test(reader.inputs().indexOf(value)));
    }

    /** The planned nodes in order of execution. */
    List<PlannedNode> nodes() {
        return List.copyOf(planned.values());
    }

    /** Whether a node of the graph is planned. */
    boolean contains(Node node) {
        return planned.containsKey(node);
    }

    List<Skip> skips() {
        return List.copyOf(skips);
    }

    Graph graph() {
        return graph;
    }

    /** The planned node that makes a value, if one does. */
    Optional<PlannedNode> maker(String value) {
        return Optional.ofNullable(byOutput.get(value));
    }

    /**
     * Whether a planned node's output is quantized again. A product that only float nodes read hands out floats: its
     * kernel can, and nothing is rounded for nothing. But ONNX Runtime fuses a float product with the Relu behind
     * it before it looks for integer kernels (measured: FusedGemm), so such a one is quantized.
     */
    boolean isQuantized(PlannedNode plan) {
        return !canHandOutFloats(plan) || isReadByPlanned(plan.output());
    }

    private boolean canHandOutFloats(PlannedNode plan) {
        return plan.clip() == null
                && (plan.node().is("Gemm") || plan.node().is("MatMul"))
                && !Products.isFusedWithActivation(graph, plan.node());
    }

    /** Whether a planned node is a product with constant weights. */
    boolean hasWeights(PlannedNode plan) {
        return plan.rule().kind() == Kind.PRODUCT
                && graph.constant(plan.node().input(1)).isPresent();
    }

    /** The value whose scale a value has: moved values share that of where they come from. */
    String scaleOwner(String value) {
        String owner = value;
        Optional<PlannedNode> maker = maker(owner);
        while (maker.isPresent() && maker.get().rule().kind() == Kind.MOVES) {
            owner = maker.get().node().input(0);
            maker = maker(owner);
        }
        return owner;
    }

    /** The computed values whose ranges have to be calibrated. */
    Set<String> valuesToCalibrate() {
        Set<String> values = new LinkedHashSet<>();
        for (PlannedNode plan : planned.values()) {
            Node node = plan.node();
            for (int i = 0; i < node.inputs().size(); i++) {
                if (plan.rule().isActivation().test(i)
                        && graph.constant(node.input(i)).isEmpty()) {
                    values.add(scaleOwner(node.input(i)));
                }
            }
            if (isQuantized(plan)) {
                values.add(scaleOwner(plan.output()));
            }
        }
        return values;
    }
}
