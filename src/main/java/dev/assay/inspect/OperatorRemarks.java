package dev.assay.inspect;

import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Remarks on which operators there are. */
final class OperatorRemarks {
    /** Operator domains that ONNX and ONNX Runtime define. */
    private static final Set<String> KNOWN_DOMAINS = Set.of(
            Node.ONNX,
            Node.MICROSOFT,
            "ai.onnx.ml",
            "ai.onnx.training",
            "ai.onnx.preview.training",
            "com.microsoft.nchwc",
            "com.ms.internal.nhwc");

    private static final Set<String> CONTROL_FLOW = Set.of("If", "Loop", "Scan");
    private static final Set<String> QUANTIZATION = Set.of(
            "QuantizeLinear",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "ConvInteger",
            "MatMulInteger",
            "QLinearConv",
            "QLinearMatMul",
            "com.microsoft.QuantizeLinear",
            "com.microsoft.DequantizeLinear",
            "com.microsoft.MatMulNBits",
            "com.microsoft.MatMulIntegerToFloat",
            "com.microsoft.QGemm");

    private OperatorRemarks() {}

    static Optional<String> unknownDomain(Subject subject) {
        Set<String> own = subject.model().functions().stream()
                .map(function -> function.domain())
                .collect(Collectors.toSet());
        return operators(
                subject,
                node -> !KNOWN_DOMAINS.contains(node.domain()) && !own.contains(node.domain()),
                "%s with operators that neither ONNX nor ONNX Runtime defines; only a library of its own can run them");
    }

    static Optional<String> trainingMode(Subject subject) {
        return operators(
                subject,
                node -> isTrainingBatchNorm(node) || isTrainingDropout(subject, node),
                "%s in training mode, so answers depend on the batch or on chance; export for inference");
    }

    private static boolean isTrainingBatchNorm(Node node) {
        return node.is("BatchNormalization") && node.intAttribute("training_mode", 0) != 0;
    }

    private static boolean isTrainingDropout(Subject subject, Node node) {
        return node.is("Dropout")
                && subject.graph()
                        .constant(node.input(2))
                        .filter(mode -> mode.type() == DataType.BOOL && mode.size() == 1)
                        .filter(mode -> mode.longs()[0] != 0)
                        .isPresent();
    }

    static Optional<String> alreadyQuantized(Subject subject) {
        return operators(
                subject,
                node -> QUANTIZATION.contains(node.qualifiedOp())
                        || node.qualifiedOp().startsWith("com.microsoft.QLinear"),
                "%s for quantized arithmetic: the model is audited as it is, and no scheme but fp32 applies");
    }

    static Optional<String> controlFlow(Subject subject) {
        return operators(
                subject,
                node -> CONTROL_FLOW.contains(node.qualifiedOp()),
                "%s for control flow: what lies inside is neither probed nor quantized");
    }

    static Optional<String> batchNormNotFolded(Subject subject) {
        return operators(
                subject,
                node -> node.is("BatchNormalization")
                        && subject.graph()
                                .producer(node.input(0))
                                .filter(producer -> producer.is("Conv"))
                                .filter(producer -> subject.graph()
                                                .consumers(producer.output())
                                                .size()
                                        == 1)
                                .isPresent(),
                "%s behind a Conv: not folded into it; exporters for inference usually do");
    }

    static Optional<String> dropoutLeft(Subject subject) {
        return operators(
                subject,
                node -> node.is("Dropout") && !isTrainingDropout(subject, node),
                "%s without effect at inference; a left-over of training");
    }

    private static Optional<String> operators(Subject subject, Predicate<Node> wanted, String message) {
        List<Node> nodes = subject.allNodes().filter(wanted).toList();
        if (nodes.isEmpty()) {
            return Optional.empty();
        }
        String names = nodes.stream().map(Node::qualifiedOp).distinct().sorted().collect(Collectors.joining(", "));
        return Optional.of(
                message.formatted("%d %s (%s)".formatted(nodes.size(), nodes.size() == 1 ? "node" : "nodes", names)));
    }
}
