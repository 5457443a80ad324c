package dev.assay.quant;

import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Nodes that compute on integer tensors directly: ONNX's QLinear operators and ONNX Runtime's additions to them. */
final class QOperators {
    @FunctionalInterface
    private interface Form {
        Optional<Node> write(PlannedNode planned, boolean quantized, StaticWriter writer);
    }

    private static final Map<String, Form> FORMS = Map.ofEntries(
            Map.entry("Conv", QOperators::conv),
            Map.entry("Gemm", QOperators::gemm),
            Map.entry("MatMul", QOperators::matMul),
            Map.entry("Add", (planned, q, writer) -> binary("QLinearAdd", planned, writer)),
            Map.entry("Mul", (planned, q, writer) -> binary("QLinearMul", planned, writer)),
            Map.entry("Concat", QOperators::concat),
            Map.entry("Where", QOperators::where),
            Map.entry("AveragePool", (planned, q, writer) -> unary("QLinearAveragePool", planned, writer)),
            Map.entry("GlobalAveragePool", (planned, q, writer) -> unary("QLinearGlobalAveragePool", planned, writer)),
            Map.entry("Sigmoid", (planned, q, writer) -> unary("QLinearSigmoid", planned, writer)),
            Map.entry("LeakyRelu", (planned, q, writer) -> unary("QLinearLeakyRelu", planned, writer)),
            Map.entry("Softmax", QOperators::softmax));

    /** Softmax over one axis; before, everything from the axis on was one distribution. */
    private static final long SOFTMAX_OPSET = 13;

    private QOperators() {}

    /** The operators that have an integer form of their own. */
    static Set<String> operators() {
        return FORMS.keySet();
    }

    /** The integer form of a planned node; empty where there is none. Moves run on integers as they are. */
    static Optional<Node> write(PlannedNode planned, boolean quantized, StaticWriter writer) {
        Form form = FORMS.get(planned.node().op());
        if (form != null) {
            return form.write(planned, quantized, writer);
        }
        List<String> inputs = new ArrayList<>(planned.node().inputs());
        inputs.set(0, writer.operand(inputs.get(0)).quantized());
        return Optional.of(planned.node()
                .withInputs(inputs)
                .withOutputs(planned.outputs().stream()
                        .map(output -> writer.operand(output).quantized())
                        .toList()));
    }

    private static Optional<Node> conv(PlannedNode planned, boolean quantized, StaticWriter writer) {
        StaticWriter.Weights weights = writer.weights(planned).orElseThrow();
        List<String> inputs =
                new ArrayList<>(triple(writer.operand(planned.node().input(0))));
        inputs.addAll(triple(weights.operand()));
        inputs.add(writer.made(planned).scale());
        inputs.add(writer.made(planned).zeroPoint());
        weights.bias().ifPresent(bias -> inputs.add(bias.quantized()));
        return Optional.of(as(
                planned, Node.ONNX, "QLinearConv", inputs, writer.made(planned).quantized()));
    }

    private static Optional<Node> gemm(PlannedNode planned, boolean quantized, StaticWriter writer) {
        StaticWriter.Weights weights = writer.weights(planned).orElseThrow();
        List<String> inputs =
                new ArrayList<>(triple(writer.operand(planned.node().input(0))));
        inputs.addAll(triple(weights.operand()));
        inputs.add(weights.bias().map(Operand::quantized).orElse(""));
        if (quantized) {
            inputs.add(writer.made(planned).scale());
            inputs.add(writer.made(planned).zeroPoint());
        }
        String output = quantized ? writer.made(planned).quantized() : planned.output();
        return Optional.of(as(planned, Node.MICROSOFT, "QGemm", inputs, output).without("beta"));
    }

    private static Optional<Node> matMul(PlannedNode planned, boolean quantized, StaticWriter writer) {
        Operand left = writer.operand(planned.node().input(0));
        Operand right = writer.weights(planned)
                .map(StaticWriter.Weights::operand)
                .orElseGet(() -> writer.operand(planned.node().input(1)));
        if (!quantized) {
            List<String> inputs = List.of(
                    left.quantized(),
                    right.quantized(),
                    left.scale(),
                    right.scale(),
                    left.zeroPoint(),
                    right.zeroPoint());
            return Optional.of(as(planned, Node.MICROSOFT, "MatMulIntegerToFloat", inputs, planned.output()));
        }
        List<String> inputs = new ArrayList<>(triple(left));
        inputs.addAll(triple(right));
        inputs.add(writer.made(planned).scale());
        inputs.add(writer.made(planned).zeroPoint());
        return Optional.of(as(
                planned,
                Node.ONNX,
                "QLinearMatMul",
                inputs,
                writer.made(planned).quantized()));
    }

    private static Optional<Node> binary(String op, PlannedNode planned, StaticWriter writer) {
        List<String> inputs =
                new ArrayList<>(triple(writer.operand(planned.node().input(0))));
        inputs.addAll(triple(writer.operand(planned.node().input(1))));
        return microsoft(op, planned, inputs, writer);
    }

    private static Optional<Node> unary(String op, PlannedNode planned, StaticWriter writer) {
        return microsoft(
                op,
                planned,
                new ArrayList<>(triple(writer.operand(planned.node().input(0)))),
                writer);
    }

    private static Optional<Node> softmax(PlannedNode planned, boolean quantized, StaticWriter writer) {
        return unary("QLinearSoftmax", planned, writer).map(node -> node.with("opset", Attribute.of(SOFTMAX_OPSET))
                .with("axis", Attribute.of(planned.node().intAttribute("axis", -1))));
    }

    private static Optional<Node> where(PlannedNode planned, boolean quantized, StaticWriter writer) {
        List<String> inputs = new ArrayList<>(List.of(planned.node().input(0)));
        inputs.addAll(triple(writer.operand(planned.node().input(1))));
        inputs.addAll(triple(writer.operand(planned.node().input(2))));
        return microsoft("QLinearWhere", planned, inputs, writer);
    }

    private static Optional<Node> concat(PlannedNode planned, boolean quantized, StaticWriter writer) {
        Operand made = writer.made(planned);
        List<String> inputs = new ArrayList<>(List.of(made.scale(), made.zeroPoint()));
        IntStream.range(0, planned.node().inputs().size())
                .forEach(i -> inputs.addAll(triple(writer.operand(planned.node().input(i)))));
        return Optional.of(as(planned, Node.MICROSOFT, "QLinearConcat", inputs, made.quantized()));
    }

    private static Optional<Node> microsoft(String op, PlannedNode planned, List<String> inputs, StaticWriter writer) {
        Operand made = writer.made(planned);
        inputs.add(made.scale());
        inputs.add(made.zeroPoint());
        return Optional.of(as(planned, Node.MICROSOFT, op, inputs, made.quantized()));
    }

    private static List<String> triple(Operand operand) {
        return List.of(operand.quantized(), operand.scale(), operand.zeroPoint());
    }

    private static Node as(PlannedNode planned, String domain, String op, List<String> inputs, String output) {
        Node node = planned.node();
        return new Node(node.name(), domain, op, "", inputs, List.of(output), node.attributes(), node.rest());
    }
}
