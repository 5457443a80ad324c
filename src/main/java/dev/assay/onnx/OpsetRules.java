package dev.assay.onnx;

import static java.util.Map.entry;

import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How operators of ONNX's own domain changed from opset 7 to {@link OpsetConversion#NEWEST}. Only changes that a valid
 * node can notice have a rule: more element types, new attributes whose defaults mean the same, and clearer wording have
 * none.
 */
final class OpsetRules {
    /** Raises one node to one version: the nodes to put in its place. */
    interface Rule {
        List<Node> apply(Node node, Rewrite rewrite);
    }

    /** Operators whose valid nodes mean the same in every opset, from 7 on, that has the operator. */
    private static final Set<String> UNCHANGED = words(
            "Abs Acos Acosh Add And Asin Asinh Atan Atanh BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast",
            "CastLike Ceil Celu Cos Cosh Div Elu Equal Erf Exp Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish",
            "IsInf IsNaN LeakyRelu Less LessOrEqual Log Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow Reciprocal Relu",
            "Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Sub Sum Tan Tanh ThresholdedRelu Where Xor",
            "ArgMax ArgMin CenterCropPad Col2Im Compress Concat Constant ConstantOfShape CumSum DepthToSpace Expand",
            "EyeLike Flatten Gather GatherElements GatherND Identity NonMaxSuppression NonZero OneHot Range Reshape",
            "ReverseSequence ScatterElements ScatterND Shape Size SpaceToDepth Tile Transpose Trilu Unique",
            "Conv ConvInteger DeformConv Einsum GRU Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool",
            "InstanceNormalization LRN LSTM LayerNormalization LpNormalization LpPool MatMul MatMulInteger MaxPool",
            "MaxRoiPool MaxUnpool MeanVarianceNormalization RNN",
            "DequantizeLinear DynamicQuantizeLinear QLinearConv QLinearMatMul QuantizeLinear",
            "Bernoulli Multinomial RandomNormal RandomNormalLike RandomUniform RandomUniformLike",
            "If Loop");

    private static final Map<String, Map<Long, Rule>> CHANGED = Map.ofEntries(
            // Normalization
            row("BatchNormalization", at(9, OpsetRules::spatialOnly), at(14, OpsetRules::inferenceOutputOnly)),
            row("GroupNormalization", at(21, refuse("its scale and bias change from one a group to one a channel"))),
            row("Dropout", at(10, OpsetRules::unreadMask), at(12, OpsetRules::ratioToInput)),
            row("Softmax", at(13, OpsetRules::alongLastAxis)),
            row("LogSoftmax", at(13, OpsetRules::alongLastAxis)),
            row("Hardmax", at(13, OpsetRules::alongLastAxis)),
            // Windows
            row("AveragePool", at(19, OpsetRules::unambiguousWindow)),
            row("ConvTranspose", at(11, OpsetRules::explicitPadding)),
            row("Upsample", at(9, listToInput("scales")), at(10, renamed("Resize"))),
            row("Resize", at(11, OpsetRules::asymmetric), at(13, OpsetRules::withoutHalfPixelForNearest)),
            row("RoiAlign", at(16, OpsetRules::unshifted)),
            row("GridSample", at(20, OpsetRules::gridSampleMode)),
            // Attributes that became inputs
            row("Clip", at(11, OpsetRules::boundsToInputs)),
            row("Pad", at(11, OpsetRules::padsToInputs)),
            row("Slice", at(10, listToInput("starts", "ends", "axes"))),
            row("Split", at(13, listToInput("split")), at(18, OpsetRules::countOfParts)),
            row("Squeeze", at(13, listToInput("axes"))),
            row("Unsqueeze", at(13, listToInput("axes"))),
            row("TopK", at(10, OpsetRules::countToInput)),
            row("ReduceSum", at(13, listToInput("axes"))),
            row("ReduceL1", at(18, listToInput("axes"))),
            row("ReduceL2", at(18, listToInput("axes"))),
            row("ReduceLogSum", at(18, listToInput("axes"))),
            row("ReduceLogSumExp", at(18, listToInput("axes"))),
            row("ReduceMax", at(18, listToInput("axes"))),
            row("ReduceMean", at(18, listToInput("axes"))),
            row("ReduceMin", at(18, listToInput("axes"))),
            row("ReduceProd", at(18, listToInput("axes"))),
            row("ReduceSumSquare", at(18, listToInput("axes"))),
            // The rest
            row("Scan", at(9, refuse("Scan lost its batch axis"))),
            row("Scatter", at(11, renamed("ScatterElements"))));

    private OpsetRules() {}

    private static Map.Entry<String, Map<Long, Rule>> row(String op, Map.Entry<Long, Rule> rule) {
        return entry(op, Map.ofEntries(rule));
    }

    private static Map.Entry<String, Map<Long, Rule>> row(
            String op, Map.Entry<Long, Rule> earlier, Map.Entry<Long, Rule> later) {
        return entry(op, Map.ofEntries(earlier, later));
    }

    private static Map.Entry<Long, Rule> at(long version, Rule rule) {
        return entry(version, rule);
    }

    private static Set<String> words(String... lines) {
        return Arrays.stream(lines)
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .collect(Collectors.toUnmodifiableSet());
    }

    static boolean knows(String op) {
        return UNCHANGED.contains(op) || CHANGED.containsKey(op);
    }

    /** The rule that raises an operator from the version before to {@code version}, if that changed it. */
    static Optional<Rule> at(String op, long version) {
        return Optional.ofNullable(CHANGED.getOrDefault(op, Map.of()).get(version));
    }

    /** The operators that have a rule. */
    static Set<String> changed() {
        return CHANGED.keySet();
    }

    private static Rule refuse(String reason) {
        return (node, rewrite) -> {
            throw rewrite.refusal(reason);
        };
    }

    private static Rule renamed(String op) {
        return (node, rewrite) -> List.of(new Node(
                node.name(),
                node.domain(),
                op,
                node.overload(),
                node.inputs(),
                node.outputs(),
                node.attributes(),
                node.rest()));
    }

    /** List attributes become inputs after the first, in this order; those at the end may be absent. */
    private static Rule listToInput(String... attributes) {
        return (node, rewrite) -> {
            List<String> inputs = new ArrayList<>(node.inputs());
            Node raised = node;
            for (String attribute : attributes) {
                Optional<Tensor> list = list(node, attribute);
                list.ifPresent(tensor -> inputs.add(rewrite.constant(attribute, tensor)));
                raised = raised.without(attribute);
            }
            return List.of(raised.withInputs(inputs));
        };
    }

    /** An empty list counts as absent: so the runtime reads it. */
    private static Optional<Tensor> list(Node node, String attribute) {
        Attribute found = node.attributes().get(attribute);
        if (found != null && found.content() instanceof Attribute.Reals reals) {
            float[] values = new float[reals.values().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = reals.values().get(i);
            }
            return Optional.of(Tensor.ofFloats(new long[] {values.length}, values));
        }
        return node.ints(attribute).filter(values -> values.length > 0).map(Tensor::vector);
    }

    private static List<Node> spatialOnly(Node node, Rewrite rewrite) {
        rewrite.require(node.intAttribute("spatial", 1) == 1, "statistics for each pixel (spatial=0) are gone");
        return List.of(node.without("spatial"));
    }

    private static List<Node> inferenceOutputOnly(Node node, Rewrite rewrite) {
        rewrite.require(
                node.outputs().stream().skip(1).allMatch(String::isEmpty), "its further outputs are for training");
        return List.of(node.withOutputs(List.of(node.output())));
    }

    private static List<Node> unreadMask(Node node, Rewrite rewrite) {
        boolean read = node.outputs().stream().skip(1).anyMatch(rewrite.scope()::isRead);
        rewrite.require(!read, "its mask changed its element type");
        return List.of(node.withOutputs(List.of(node.output())));
    }

    private static List<Node> ratioToInput(Node node, Rewrite rewrite) {
        if (!node.attributes().containsKey("ratio")) {
            return List.of(node);
        }
        String ratio = rewrite.constant("ratio", Tensor.scalar(node.floatAttribute("ratio", 0)));
        return List.of(node.without("ratio").withInputs(List.of(node.input(0), ratio)));
    }

    /**
     * Until opset 12 the axes from {@code axis} on are taken as one; from 13 on there is one axis. The two meet at the
     * last axis; elsewhere, or where the rank is not declared, the axes are flattened before and restored after.
     */
    private static List<Node> alongLastAxis(Node node, Rewrite rewrite) {
        long axis = node.intAttribute("axis", 1);
        Node last = node.with("axis", Attribute.of(-1));
        Optional<Integer> rank = rewrite.rank(node.input(0)).or(() -> rewrite.rank(node.output()));
        if (axis == -1 || rank.filter(known -> axis == known - 1).isPresent()) {
            return List.of(last);
        }
        String shape = rewrite.freshName(node.output() + "_shape");
        String flat = rewrite.freshName(node.output() + "_flat");
        String result = rewrite.freshName(node.output() + "_2d");
        return List.of(
                Node.of("Shape", List.of(node.input(0)), shape),
                Node.of("Flatten", List.of(node.input(0)), flat).with("axis", Attribute.of(axis)),
                last.withInputs(List.of(flat)).withOutputs(List.of(result)),
                Node.of("Reshape", List.of(result, shape), node.output()));
    }

    /** What a window counts where it hangs over the padding was not settled before. */
    private static List<Node> unambiguousWindow(Node node, Rewrite rewrite) {
        rewrite.require(
                node.intAttribute("ceil_mode", 0) == 0 || node.intAttribute("count_include_pad", 0) == 0,
                "ceil_mode with count_include_pad changed its meaning");
        return List.of(node);
    }

    private static List<Node> explicitPadding(Node node, Rewrite rewrite) {
        rewrite.require(
                !node.textAttribute("auto_pad", "NOTSET").startsWith("SAME"), "auto_pad SAME changed its meaning");
        return List.of(node);
    }

    /** Nearest neighbours were found by truncation where a scale enlarges, by rounding up where it shrinks. */
    private static List<Node> asymmetric(Node node, Rewrite rewrite) {
        Node raised = node.with("coordinate_transformation_mode", Attribute.of("asymmetric"))
                .withInputs(List.of(node.input(0), "", node.input(1)));
        if (!node.textAttribute("mode", "nearest").equals("nearest")) {
            return List.of(raised);
        }
        float[] scales = rewrite.constantInput(1)
                .orElseThrow(() -> rewrite.refusal("its scales are not constant"))
                .floats();
        boolean enlarges = false;
        boolean shrinks = false;
        for (float scale : scales) {
            enlarges |= scale > 1;
            shrinks |= scale < 1;
        }
        rewrite.require(!(enlarges && shrinks), "it enlarges one axis and shrinks another");
        return List.of(raised.with("nearest_mode", Attribute.of(shrinks ? "ceil" : "floor")));
    }

    private static List<Node> withoutHalfPixelForNearest(Node node, Rewrite rewrite) {
        String mode = node.textAttribute("coordinate_transformation_mode", "half_pixel");
        rewrite.require(!mode.equals("tf_half_pixel_for_nn"), mode + " is gone");
        return List.of(node);
    }

    private static List<Node> unshifted(Node node, Rewrite rewrite) {
        return List.of(node.with("coordinate_transformation_mode", Attribute.of("output_half_pixel")));
    }

    private static List<Node> gridSampleMode(Node node, Rewrite rewrite) {
        Map<String, String> modes = Map.of("bilinear", "linear", "bicubic", "cubic", "nearest", "nearest");
        String mode = node.textAttribute("mode", "bilinear");
        rewrite.require(modes.containsKey(mode), "its mode '" + mode + "' is not known");
        return List.of(node.with("mode", Attribute.of(modes.getOrDefault(mode, mode))));
    }

    private static List<Node> boundsToInputs(Node node, Rewrite rewrite) {
        List<String> inputs = new ArrayList<>(node.inputs());
        inputs.add(boundToInput(node, "min", rewrite));
        inputs.add(boundToInput(node, "max", rewrite));
        return List.of(node.without("min").without("max").withInputs(inputs));
    }

    private static String boundToInput(Node node, String bound, Rewrite rewrite) {
        return node.attributes().containsKey(bound)
                ? rewrite.scalarLikeInput(bound, node.floatAttribute(bound, 0))
                : "";
    }

    private static List<Node> padsToInputs(Node node, Rewrite rewrite) {
        long[] pads = node.ints("pads").orElseThrow(() -> rewrite.refusal("it has no pads"));
        List<String> inputs = new ArrayList<>(List.of(node.input(0), rewrite.constant("pads", Tensor.vector(pads))));
        float value = node.floatAttribute("value", 0);
        if (value != 0) {
            inputs.add(rewrite.scalarLikeInput("value", value));
        }
        return List.of(node.without("pads").without("value").withInputs(inputs));
    }

    private static List<Node> countOfParts(Node node, Rewrite rewrite) {
        return node.hasInput(1)
                ? List.of(node)
                : List.of(node.with("num_outputs", Attribute.of(node.outputs().size())));
    }

    private static List<Node> countToInput(Node node, Rewrite rewrite) {
        String k = rewrite.constant("k", Tensor.vector(node.intAttribute("k", 0)));
        return List.of(node.without("k").withInputs(List.of(node.input(0), k)));
    }
}
