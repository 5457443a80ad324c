package dev.assay.runtime;

import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a quantized node ran in float, seen in the graph around it. Each rule was measured on ONNX Runtime 1.29.0's CPU
 * provider or read in its source; the first that holds is the answer.
 */
final class FloatReasons {
    /** Operators that become a {@code QLinear*} or {@code QGemm} kernel, or run on the integers as they are. */
    private static final Set<String> HAVE_INTEGER_KERNEL = Set.of(
            "Conv",
            "Gemm",
            "MatMul",
            "Add",
            "Mul",
            "Concat",
            "Where",
            "AveragePool",
            "GlobalAveragePool",
            "Sigmoid",
            "Softmax",
            "LeakyRelu",
            "MaxPool",
            "Reshape",
            "Flatten",
            "Transpose",
            "Slice",
            "Resize",
            "Gather",
            "GatherElements",
            "Squeeze",
            "Unsqueeze",
            "Tile",
            "Expand",
            "DepthToSpace",
            "ReduceMax",
            "ReduceMin",
            "Split");

    /** Operators at the border of integer and float, and those that look at shapes only. */
    private static final Set<String> NOT_COMPUTING = Set.of("QuantizeLinear", "DequantizeLinear", "Shape", "Size");

    private static final Set<String> CLIPPING = Set.of("Relu", "Clip");
    /** Their kernels can hand out floats: a missing QuantizeLinear breaks nothing, unless a Relu is fused in first. */
    private static final Set<String> FLOAT_OUTPUT_FUSES = Set.of("MatMul", "Gemm");

    /** Of the kernel of QAttention, read in the source. */
    static final String ATTENDS_IN_FLOAT =
            "QAttention multiplies weights on integers, and queries, keys and values in float";

    private static final String UNKNOWN = "no known breaker of fusion is in the graph";

    private static final Set<DataType> FOUR_BIT = Set.of(DataType.INT4, DataType.UINT4);
    private static final Set<DataType> EIGHT_BIT = Set.of(DataType.INT8, DataType.UINT8);

    @FunctionalInterface
    private interface Rule {
        Optional<String> apply(FloatReasons graph, Node node, ExecutedNode ran);
    }

    private static final List<Rule> RULES = List.of(
            FloatReasons::otherProvider,
            FloatReasons::fourBitWeights,
            FloatReasons::optimizationLevel,
            FloatReasons::noIntegerKernel,
            FloatReasons::floatInput,
            FloatReasons::unsupportedType,
            FloatReasons::clippedWithZeroPoint,
            FloatReasons::outputNotQuantizedOnce,
            FloatReasons::signedActivations,
            FloatReasons::signedConstant);

    private final Graph graph;
    private final SessionSpec spec;

    FloatReasons(Graph graph, SessionSpec spec) {
        this.graph = graph;
        this.spec = spec;
    }

    /** Why {@code node}, which ran as the float kernel {@code ran}, did so; empty if it was not quantized at all. */
    Optional<String> of(Node node, ExecutedNode ran) {
        if (NOT_COMPUTING.contains(node.op()) || !readsDequantized(node)) {
            return Optional.empty();
        }
        return RULES.stream()
                .flatMap(rule -> rule.apply(this, node, ran).stream())
                .findFirst()
                .or(() -> Optional.of(UNKNOWN));
    }

    /** A product with quantized weights, or anything that reads quantized activations. */
    private boolean readsDequantized(Node node) {
        return node.inputs().stream()
                .flatMap(input -> dequantizer(input).stream())
                .anyMatch(dq -> Macs.has(node) || graph.constant(dq.input(0)).isEmpty());
    }

    /** The DequantizeLinear that a value comes from; weights may be reshaped behind it. */
    private Optional<Node> dequantizer(String value) {
        Optional<Node> producer = graph.producer(value);
        if (producer.filter(node -> node.is("Reshape")).isPresent()) {
            producer = graph.producer(producer.get().input(0))
                    .filter(node -> graph.constant(node.input(0)).isPresent());
        }
        return producer.filter(node -> node.is("DequantizeLinear"));
    }

    private Optional<String> otherProvider(Node node, ExecutedNode ran) {
        return spec.provider() == Provider.CPU
                ? Optional.empty()
                : Optional.of(
                        "%s has no integer kernel for %s: it simulates in float".formatted(ran.provider(), node.op()));
    }

    private Optional<String> optimizationLevel(Node node, ExecutedNode ran) {
        return spec.optimization().fusesQdq()
                ? Optional.empty()
                : Optional.of("optimization level %s leaves QuantizeLinear and DequantizeLinear unfused"
                        .formatted(spec.optimization().id()));
    }

    private Optional<String> noIntegerKernel(Node node, ExecutedNode ran) {
        return HAVE_INTEGER_KERNEL.contains(node.op())
                ? Optional.empty()
                : Optional.of("the CPU provider has no integer kernel for " + node.op());
    }

    private Optional<String> fourBitWeights(Node node, ExecutedNode ran) {
        Optional<Node> weight = dequantizer(node.input(1)).filter(dq -> FOUR_BIT.contains(elementType(dq.input(0))));
        if (weight.isEmpty()) {
            return Optional.empty();
        }
        if (ran.isFourBit()) {
            return Optional.of("activations stay float at accuracy level 0; the weights are 4-bit");
        }
        if (node.is("Conv") || node.is("ConvTranspose")) {
            return Optional.of("no provider has a 4-bit convolution: weights are dequantized on every run");
        }
        if (node.is("Gemm") && node.intAttribute("transB", 0) != 0) {
            return Optional.of("a Gemm with transB=1 does not become MatMulNBits");
        }
        if (onlyConsumer(node).filter(reader -> CLIPPING.contains(reader.op())).isPresent()) {
            return Optional.of("ONNX Runtime fuses it with the activation behind it before it looks for 4-bit kernels");
        }
        return optimizationLevel(node, ran).or(() -> sharedWeight(weight.get())).or(() -> Optional.of(UNKNOWN));
    }

    /** Measured: of 4-bit products that share weights or scales none gets its kernel; convolutions in 8 bits do. */
    private Optional<String> sharedWeight(Node dequantizer) {
        return dequantizer.inputs().stream()
                .filter(input -> graph.consumers(input).size() > 1)
                .findFirst()
                .map("its weight initializer '%s' has another reader"::formatted);
    }

    private Optional<String> floatInput(Node node, ExecutedNode ran) {
        int operands = node.is("Conv") || node.is("Gemm") || node.is("MatMul") || node.is("Add") || node.is("Mul")
                ? 2
                : node.is("Concat") ? node.inputs().size() : 1;
        return node.inputs().stream()
                .limit(operands)
                .filter(input -> dequantizer(input).isEmpty())
                .findFirst()
                .map(input -> "input '%s' is float, not dequantized".formatted(input));
    }

    private Optional<String> unsupportedType(Node node, ExecutedNode ran) {
        return node.inputs().stream()
                .flatMap(input -> dequantizer(input).stream())
                .map(dq -> elementType(dq.input(0)))
                .filter(type -> !EIGHT_BIT.contains(type) && type != DataType.INT32)
                .findFirst()
                .map(type -> "no integer kernel takes " + type);
    }

    private Optional<String> clippedWithZeroPoint(Node node, ExecutedNode ran) {
        Optional<Node> clip = onlyConsumer(node).filter(consumer -> CLIPPING.contains(consumer.op()));
        Optional<Node> quantize = clip.flatMap(this::onlyConsumer).filter(consumer -> consumer.is("QuantizeLinear"));
        return quantize.flatMap(q -> zeroPoint(q)
                .filter(zero -> zero != minimum(outputType(q)))
                .map(zero -> "%s before QuantizeLinear with zero point %d: it is absorbed only at the type's minimum"
                        .formatted(clip.get().op(), zero)));
    }

    private Optional<String> outputNotQuantizedOnce(Node node, ExecutedNode ran) {
        Optional<Node> clip = onlyConsumer(node).filter(consumer -> CLIPPING.contains(consumer.op()));
        if (FLOAT_OUTPUT_FUSES.contains(node.op()) && clip.isEmpty()) {
            return Optional.empty();
        }
        List<Node> readers = graph.consumers(node.output());
        boolean once = readers.size() == 1 && !graph.isOutput(node.output());
        if (once
                && (readers.get(0).is("QuantizeLinear")
                        || clip.flatMap(this::onlyConsumer)
                                .filter(q -> q.is("QuantizeLinear"))
                                .isPresent())) {
            return Optional.empty();
        }
        String who = graph.isOutput(node.output())
                ? "the graph's output"
                : readers.stream().map(Node::qualifiedOp).distinct().collect(Collectors.joining(", "));
        return Optional.of("its float output is read by %s, not by one QuantizeLinear".formatted(who));
    }

    /** Measured: an s8 QuantizeLinear with more than one edge keeps its neighbours float on x86. */
    private Optional<String> signedActivations(Node node, ExecutedNode ran) {
        Stream<String> read = node.inputs().stream()
                .flatMap(input -> dequantizer(input).stream())
                .map(dq -> dq.input(0));
        Stream<String> written = quantizerBehind(node).stream().map(Node::output);
        return Stream.concat(read, written)
                .filter(value -> graph.constant(value).isEmpty() && elementType(value) == DataType.INT8)
                .filter(this::isReadSeveralTimes)
                .findFirst()
                .map("s8 activation '%s' has more than one reader: needs u8, or session.qdqisint8allowed=1"::formatted);
    }

    /** Measured: on x86 s8 activations are made u8; a constant stays s8, and no kernel but a product's mixes them. */
    private Optional<String> signedConstant(Node node, ExecutedNode ran) {
        return node.inputs().stream()
                .filter(input -> !Macs.has(node))
                .flatMap(input -> dequantizer(input).stream())
                .map(dq -> dq.input(0))
                .filter(value -> graph.constant(value).isPresent() && elementType(value) == DataType.INT8)
                .findFirst()
                .map("s8 constant '%s' stays s8 where activations are made u8"::formatted);
    }

    /** As it is, or dequantized. */
    private boolean isReadSeveralTimes(String quantized) {
        List<Node> readers = graph.consumers(quantized);
        return readers.size() > 1
                || readers.stream().anyMatch(dq -> graph.consumers(dq.output()).size() > 1);
    }

    /** The only reader of the node's output, or of a Relu or Clip behind it, if that is a QuantizeLinear. */
    private Optional<Node> quantizerBehind(Node node) {
        Optional<Node> reader = onlyConsumer(node);
        return reader.filter(clip -> CLIPPING.contains(clip.op()))
                .flatMap(this::onlyConsumer)
                .or(() -> reader)
                .filter(quantizer -> quantizer.is("QuantizeLinear"));
    }

    private Optional<Node> onlyConsumer(Node node) {
        List<Node> readers = graph.consumers(node.output());
        return readers.size() == 1 && !graph.isOutput(node.output()) ? Optional.of(readers.get(0)) : Optional.empty();
    }

    /** Element type of a quantized value: of the constant, or of what its QuantizeLinear writes. */
    private DataType elementType(String quantized) {
        return graph.constant(quantized)
                .map(Tensor::type)
                .or(() -> graph.producer(quantized)
                        .map(node -> node.is("QuantizeLinear") ? outputType(node) : elementType(node.input(0))))
                .orElse(DataType.UINT8);
    }

    private DataType outputType(Node quantizeLinear) {
        return graph.constant(quantizeLinear.input(2)).map(Tensor::type).orElse(DataType.UINT8);
    }

    private Optional<Long> zeroPoint(Node quantizeLinear) {
        return quantizeLinear.hasInput(2)
                ? graph.constant(quantizeLinear.input(2)).map(zero -> zero.longs()[0])
                : Optional.of(0L);
    }

    private static long minimum(DataType type) {
        return type == DataType.INT8 ? Byte.MIN_VALUE : 0;
    }
}
