package dev.assay.grad;

import static dev.assay.ir.DataType.INT8;
import static dev.assay.ir.DataType.UINT8;

import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class QuantizedOperatorsTest {
    private static final List<String> X = List.of("x.q", "x.s", "x.z");
    private static final List<String> W = List.of("w.q", "w.s", "w.z");
    private static final List<String> V = List.of("v.q", "v.s", "v.z");
    private static final List<String> Y = List.of("y.s", "y.z");

    @SafeVarargs
    private static List<String> all(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    static List<QuantizedCase> cases() {
        return Stream.of(convolutions(), products(), elementwise())
                .flatMap(List::stream)
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> asTheirFloatOperators() {
        return cases().stream().map(QuantizedCase::test);
    }

    private static Node microsoft(String op, List<String> inputs) {
        return Node.of(op, inputs, "y.q").inDomain(Node.MICROSOFT);
    }

    private static Node conv(Node node) {
        return node.with("pads", Attribute.ofLongs(1, 1, 1, 1));
    }

    private static QuantizedCase convolution(String name, DataType activations, boolean perChannel) {
        return QuantizedCase.of(name, activations, conv(Node.of("Conv", List.of("x", "w"), "y")))
                .input("x", 2, 3, 6, 5)
                .weights("w", INT8, 0, perChannel, 4, 3, 3, 3);
    }

    private static List<QuantizedCase> convolutions() {
        Node grouped = Node.of("Conv", List.of("x", "w"), "y")
                .with("group", Attribute.of(2))
                .with("strides", Attribute.ofLongs(2, 2));
        return List.of(
                convolution("one scale", UINT8, false).node(conv(Node.of("QLinearConv", all(X, W, Y), "y.q"))),
                convolution("channel scales", UINT8, true).node(conv(Node.of("QLinearConv", all(X, W, Y), "y.q"))),
                convolution("signed", INT8, true).node(conv(Node.of("QLinearConv", all(X, W, Y), "y.q"))),
                convolution("bias", UINT8, false)
                        .constant("b", Tensor.ofInts(new long[] {4}, 50, -200, 1000, 3000))
                        .node(conv(Node.of("QLinearConv", all(X, W, Y, List.of("b")), "y.q"))),
                convolution("channel scales", UINT8, true).node(conv(microsoft("QLinearConv", all(X, W, Y)))),
                QuantizedCase.of("grouped, strided", UINT8, grouped)
                        .input("x", 2, 4, 7, 6)
                        .weights("w", UINT8, 0, false, 6, 2, 3, 3)
                        .node(grouped(Node.of("QLinearConv", all(X, W, Y), "y.q"))),
                QuantizedCase.of("unit 1", UINT8, conv(Node.of("Conv", List.of("x", "w"), "y")))
                        .input("x", 2, 3, 6, 5)
                        .weights("w", UINT8, 0, false, 4, 3, 3, 3)
                        .node(conv(Node.of("ConvInteger", List.of("x.q", "w.q", "x.z", "w.z"), "i")))
                        .node(toFloat("i", "f"))
                        .node(Node.of("Mul", List.of("x.s", "w.s"), "s"))
                        .node(Node.of("Mul", List.of("f", "s"), "y")));
    }

    private static Node grouped(Node node) {
        return node.with("group", Attribute.of(2)).with("strides", Attribute.ofLongs(2, 2));
    }

    private static Node toFloat(String from, String to) {
        return Node.of("Cast", List.of(from), to).with("to", Attribute.of(DataType.FLOAT.code()));
    }

    private static QuantizedCase product(String name, DataType activations, boolean perColumn) {
        return QuantizedCase.of(name, activations, Node.of("MatMul", List.of("x", "w"), "y"))
                .input("x", 2, 5, 6)
                .weights("w", INT8, 1, perColumn, 6, 4);
    }

    private static List<QuantizedCase> products() {
        Node transposed = Node.of("Gemm", List.of("x", "w"), "y").with("transB", Attribute.of(1));
        return List.of(
                product("one scale", UINT8, false).node(Node.of("QLinearMatMul", all(X, W, Y), "y.q")),
                product("column scales", INT8, true).node(Node.of("QLinearMatMul", all(X, W, Y), "y.q")),
                QuantizedCase.of("two activations", UINT8, Node.of("MatMul", List.of("x", "v"), "y"))
                        .input("x", 2, 5, 6)
                        .input("v", 2, 6, 3)
                        .node(Node.of("QLinearMatMul", all(X, V, Y), "y.q")),
                QuantizedCase.of("quantized output", UINT8, transposed)
                        .input("x", 5, 6)
                        .weights("w", INT8, 0, true, 4, 6)
                        .node(microsoft("QGemm", all(X, W, List.of(""), Y)).with("transB", Attribute.of(1))),
                QuantizedCase.of("float output", UINT8, Node.of("Gemm", List.of("x", "w"), "y"))
                        .input("x", 5, 6)
                        .weights("w", INT8, 1, false, 6, 4)
                        .node(Node.of("QGemm", all(X, W), "y").inDomain(Node.MICROSOFT)),
                product("float output", UINT8, true)
                        .node(Node.of("MatMulIntegerToFloat", List.of("x.q", "w.q", "x.s", "w.s", "x.z", "w.z"), "y")
                                .inDomain(Node.MICROSOFT)),
                product("float input", UINT8, false)
                        .node(Node.of("DequantizeLinear", X, "d"))
                        .node(Node.of("DynamicQuantizeMatMul", List.of("d", "w.q", "w.s", "w.z"), "y")
                                .inDomain(Node.MICROSOFT)),
                product("unit 1", UINT8, false)
                        .node(Node.of("MatMulInteger", List.of("x.q", "w.q", "x.z", "w.z"), "i"))
                        .node(toFloat("i", "f"))
                        .node(Node.of("Mul", List.of("x.s", "w.s"), "s"))
                        .node(Node.of("Mul", List.of("f", "s"), "y")));
    }

    private static QuantizedCase unary(String op, Node reference) {
        return unary(op, reference, 2, 3, 4, 4);
    }

    private static QuantizedCase unary(String op, Node reference, long... dims) {
        return QuantizedCase.of(Arrays.toString(dims), UINT8, reference)
                .input("x", dims)
                .node(microsoft(op, all(X, Y)).withAttributes(reference.attributes()));
    }

    private static QuantizedCase binary(String op, DataType type, String reference, long... right) {
        return QuantizedCase.of("", type, Node.of(reference, List.of("x", "v"), "y"))
                .input("x", 2, 3, 4, 5)
                .input("v", right)
                .node(microsoft(op, all(X, V, Y)));
    }

    private static QuantizedCase concat(int axis, long[] left, long[] right) {
        return QuantizedCase.of(
                        "axis " + axis,
                        UINT8,
                        Node.of("Concat", List.of("x", "v"), "y").with("axis", Attribute.of(axis)))
                .input("x", left)
                .input("v", right)
                .node(microsoft("QLinearConcat", all(Y, X, V)).with("axis", Attribute.of(axis)));
    }

    private static QuantizedCase where(String name, long[] left, long... right) {
        return QuantizedCase.of(name, UINT8, Node.of("Where", List.of("c", "x", "v"), "y"))
                .input("x", left)
                .input("v", right)
                .constant("c", Tensor.of(DataType.BOOL, new long[] {2, 3}, new byte[] {1, 0, 1, 1, 0, 0}))
                .node(microsoft("QLinearWhere", all(List.of("c"), X, V, Y)));
    }

    private static QuantizedCase softmax(int axis, long... dims) {
        return QuantizedCase.of(
                        "axis " + axis,
                        UINT8,
                        Node.of("Softmax", List.of("x"), "y").with("axis", Attribute.of(axis)))
                .input("x", dims)
                .node(microsoft("QLinearSoftmax", all(X, Y))
                        .with("axis", Attribute.of(axis))
                        .with("opset", Attribute.of(13)))
                .readingOutput();
    }

    private static Node averagePool(boolean countsPads) {
        return Node.of("AveragePool", List.of("x"), "y")
                .with("kernel_shape", Attribute.ofLongs(3, 2))
                .with("strides", Attribute.ofLongs(2, 1))
                .with("pads", Attribute.ofLongs(1, 0, 0, 1))
                .with("count_include_pad", Attribute.of(countsPads ? 1 : 0));
    }

    private static List<QuantizedCase> elementwise() {
        return List.of(
                binary("QLinearAdd", UINT8, "Add", 2, 3, 4, 5).onlySummed(),
                binary("QLinearAdd", INT8, "Add", 3, 1, 1).onlySummed(),
                binary("QLinearMul", UINT8, "Mul", 2, 3, 4, 5),
                binary("QLinearMul", INT8, "Mul", 2, 1, 4, 5),
                concat(1, new long[] {2, 3, 4}, new long[] {2, 2, 4}),
                concat(-1, new long[] {2, 3, 4}, new long[] {2, 3, 1}),
                concat(0, new long[] {2, 3}, new long[] {3, 3}),
                where("equal shapes", new long[] {2, 3}, 2, 3),
                where("broadcast", new long[] {4, 2, 3}, 3),
                unary("QLinearGlobalAveragePool", Node.of("GlobalAveragePool", List.of("x"), "y")),
                unary("QLinearGlobalAveragePool", Node.of("GlobalAveragePool", List.of("x"), "y"), 3, 1, 5, 3),
                unary("QLinearSigmoid", Node.of("Sigmoid", List.of("x"), "y")).readingOutput(),
                unary("QLinearSigmoid", Node.of("Sigmoid", List.of("x"), "y"), 7)
                        .readingOutput(),
                softmax(-1, 4, 3),
                softmax(1, 2, 3, 5),
                unary(
                        "QLinearLeakyRelu",
                        Node.of("LeakyRelu", List.of("x"), "y").with("alpha", Attribute.of(0.25f))),
                unary(
                        "QLinearAveragePool",
                        Node.of("AveragePool", List.of("x"), "y")
                                .with("kernel_shape", Attribute.ofLongs(2, 2))
                                .with("strides", Attribute.ofLongs(2, 2))),
                unary("QLinearAveragePool", averagePool(false), 1, 2, 7, 5),
                unary("QLinearAveragePool", averagePool(true), 1, 2, 7, 5));
    }
}
