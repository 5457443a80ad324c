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

    private static final Node CONV = Node.of("Conv", List.of("x", "w"), "y");
    private static final Attribute YES = Attribute.of(1);

    private static long[] dims(long... dims) {
        return dims;
    }

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
        return convolution(name, activations, INT8, perChannel, conv(CONV), dims(2, 3, 6, 5), 4, 3, 3, 3);
    }

    private static QuantizedCase convolution(
            String name,
            DataType activations,
            DataType weights,
            boolean perChannel,
            Node reference,
            long[] images,
            long... kernels) {
        return QuantizedCase.of(name, activations, reference)
                .input("x", images)
                .weights("w", weights, 0, perChannel, kernels);
    }

    private static List<QuantizedCase> convolutions() {
        List<QuantizedCase> cases = new ArrayList<>(List.of(
                convolution("one scale", UINT8, false).node(conv(Node.of("QLinearConv", all(X, W, Y), "y.q"))),
                convolution("channel scales", UINT8, true).node(conv(microsoft("QLinearConv", all(X, W, Y)))),
                convolution("signed", INT8, true).node(conv(Node.of("QLinearConv", all(X, W, Y), "y.q"))),
                convolution("bias", UINT8, false)
                        .constant("b", Tensor.ofInts(new long[] {4}, 50, -200, 1000, 3000))
                        .node(conv(Node.of("QLinearConv", all(X, W, Y, List.of("b")), "y.q")))));
        Node strided = CONV.with("strides", Attribute.ofLongs(2, 2));
        cases.addAll(convolutions("padded", conv(CONV), dims(2, 3, 6, 5), 4, 3, 3, 3));
        cases.addAll(convolutions("pointwise, strided", strided, dims(2, 3, 7, 4), 2, 3, 1, 1));
        cases.addAll(convolutions(
                "asymmetric pads", strided.with("pads", Attribute.ofLongs(2, 0, 0, 1)), dims(2, 3, 7, 5), 4, 3, 3, 2));
        cases.addAll(
                convolutions("dilated", CONV.with("dilations", Attribute.ofLongs(2, 3)), dims(1, 2, 7, 9), 3, 2, 3, 2));
        cases.addAll(
                convolutions("grouped, strided", strided.with("group", Attribute.of(2)), dims(2, 4, 7, 6), 6, 2, 3, 3));
        cases.addAll(
                convolutions("depthwise", conv(CONV).with("group", Attribute.of(3)), dims(2, 3, 5, 5), 3, 1, 3, 3));
        cases.addAll(convolutions(
                "SAME_UPPER", strided.with("auto_pad", Attribute.of("SAME_UPPER")), dims(2, 2, 7, 6), 3, 2, 3, 2));
        cases.addAll(convolutions("one axis", CONV.with("pads", Attribute.ofLongs(1, 2)), dims(2, 3, 9), 4, 3, 3));
        cases.addAll(convolutions("three axes", CONV, dims(1, 2, 4, 5, 3), 2, 2, 2, 3, 2));
        return cases;
    }

    /** A convolution by each operator that computes one. */
    private static List<QuantizedCase> convolutions(String name, Node reference, long[] images, long... kernels) {
        return List.of(
                convolution(name, UINT8, INT8, true, reference, images, kernels)
                        .node(Node.of("QLinearConv", all(X, W, Y), "y.q").withAttributes(reference.attributes())),
                convolution(name, INT8, INT8, true, reference, images, kernels)
                        .node(microsoft("QLinearConv", all(X, W, Y)).withAttributes(reference.attributes())),
                convolution(name, UINT8, UINT8, false, reference, images, kernels)
                        .node(Node.of("ConvInteger", List.of("x.q", "w.q", "x.z", "w.z"), "i")
                                .withAttributes(reference.attributes()))
                        .node(toFloat("i", "f"))
                        .node(Node.of("Mul", List.of("x.s", "w.s"), "s"))
                        .node(Node.of("Mul", List.of("f", "s"), "y")));
    }

    private static Node toFloat(String from, String to) {
        return Node.of("Cast", List.of(from), to).with("to", Attribute.of(DataType.FLOAT.code()));
    }

    private static QuantizedCase product(String name, DataType activations, boolean perColumn, long[] x, long... w) {
        return QuantizedCase.of(name, activations, Node.of("MatMul", List.of("x", "w"), "y"))
                .input("x", x)
                .weights("w", INT8, w.length - 1, perColumn, w);
    }

    private static List<QuantizedCase> products() {
        List<QuantizedCase> cases = new ArrayList<>(List.of(
                product("column scales", INT8, true, dims(2, 5, 6), 6, 4)
                        .node(Node.of("QLinearMatMul", all(X, W, Y), "y.q")),
                QuantizedCase.of("two activations", UINT8, Node.of("MatMul", List.of("x", "v"), "y"))
                        .input("x", 2, 5, 6)
                        .input("v", 2, 6, 3)
                        .node(Node.of("QLinearMatMul", all(X, V, Y), "y.q"))));
        cases.addAll(products(true, dims(2, 5, 6), 6, 4));
        cases.addAll(products(true, dims(7, 9), 9, 3));
        cases.addAll(products(false, dims(2, 3, 5, 7), 7, 1));
        cases.addAll(products(false, dims(2, 5, 6), 2, 6, 3));
        cases.addAll(products(false, dims(1, 5, 6), 2, 6, 3));
        cases.addAll(products(false, dims(16), 16, 3));
        cases.addAll(gemms(Node.of("Gemm", List.of("x", "w"), "y"), dims(5, 6), 6, 4));
        cases.addAll(gemms(Node.of("Gemm", List.of("x", "w"), "y").with("transA", YES), dims(7, 3), 7, 5));
        cases.addAll(gemms(Node.of("Gemm", List.of("x", "w"), "y").with("transB", YES), dims(1, 16), 3, 16));
        return cases;
    }

    /** A matrix product by each operator that computes one. */
    private static List<QuantizedCase> products(boolean perColumn, long[] x, long... w) {
        String name = Arrays.toString(x) + " × " + Arrays.toString(w);
        return List.of(
                product(name, UINT8, false, x, w).node(Node.of("QLinearMatMul", all(X, W, Y), "y.q")),
                product(name, UINT8, perColumn, x, w)
                        .node(Node.of("MatMulIntegerToFloat", List.of("x.q", "w.q", "x.s", "w.s", "x.z", "w.z"), "y")
                                .inDomain(Node.MICROSOFT)),
                product(name, UINT8, perColumn, x, w)
                        .node(Node.of("DequantizeLinear", X, "d"))
                        .node(Node.of("DynamicQuantizeMatMul", List.of("d", "w.q", "w.s", "w.z"), "y")
                                .inDomain(Node.MICROSOFT)),
                product(name, UINT8, perColumn, x, w)
                        .node(Node.of("MatMulInteger", List.of("x.q", "w.q", "x.z", "w.z"), "i"))
                        .node(toFloat("i", "f"))
                        .node(Node.of("Mul", List.of("x.s", "w.s"), "s"))
                        .node(Node.of("Mul", List.of("f", "s"), "y")));
    }

    /** QGemm that writes integers, with a scale for each output, and one that writes floats. */
    private static List<QuantizedCase> gemms(Node reference, long[] x, long... w) {
        int outputs = reference.intAttribute("transB", 0) != 0 ? 0 : 1;
        return List.of(
                QuantizedCase.of("quantized output", UINT8, reference)
                        .input("x", x)
                        .weights("w", INT8, outputs, true, w)
                        .node(microsoft("QGemm", all(X, W, List.of(""), Y)).withAttributes(reference.attributes())),
                QuantizedCase.of("float output", UINT8, reference)
                        .input("x", x)
                        .weights("w", INT8, outputs, false, w)
                        .node(Node.of("QGemm", all(X, W), "y")
                                .inDomain(Node.MICROSOFT)
                                .withAttributes(reference.attributes())));
    }

    private static QuantizedCase unary(String op, Node reference, long... dims) {
        return QuantizedCase.of(Arrays.toString(dims), UINT8, reference)
                .input("x", dims)
                .node(microsoft(op, all(X, Y)).withAttributes(reference.attributes()));
    }

    private static QuantizedCase binary(String op, DataType type, String reference, long[] left, long... right) {
        return QuantizedCase.of(
                        Arrays.toString(left) + ", " + Arrays.toString(right),
                        type,
                        Node.of(reference, List.of("x", "v"), "y"))
                .input("x", left)
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
        List<QuantizedCase> cases = new ArrayList<>(List.of(
                concat(1, dims(2, 3, 4), dims(2, 2, 4)),
                concat(-1, dims(2, 3, 4), dims(2, 3, 1)),
                concat(0, dims(2, 3), dims(3, 3)),
                concat(1, dims(2, 1, 3, 5), dims(2, 2, 3, 5)),
                where("equal shapes", dims(2, 3), 2, 3),
                where("broadcast", dims(4, 2, 3), 3),
                where("maps", dims(4, 3, 2, 1), 1, 2, 3),
                softmax(-1, 4, 3),
                softmax(1, 2, 3, 5),
                softmax(1, 2, 3, 4, 5),
                softmax(0, 9),
                unary(
                        "QLinearAveragePool",
                        Node.of("AveragePool", List.of("x"), "y")
                                .with("kernel_shape", Attribute.ofLongs(2, 2))
                                .with("strides", Attribute.ofLongs(2, 2)),
                        dims(2, 3, 4, 4)),
                unary(
                        "QLinearAveragePool",
                        Node.of("AveragePool", List.of("x"), "y")
                                .with("kernel_shape", Attribute.ofLongs(3))
                                .with("strides", Attribute.ofLongs(2))
                                .with("ceil_mode", Attribute.of(1)),
                        dims(2, 3, 8)),
                unary(
                        "QLinearAveragePool",
                        Node.of("AveragePool", List.of("x"), "y").with("kernel_shape", Attribute.ofLongs(2, 3, 2)),
                        dims(1, 2, 3, 5, 3)),
                unary("QLinearAveragePool", averagePool(false), 1, 2, 7, 5),
                unary("QLinearAveragePool", averagePool(true), 1, 2, 7, 5)));
        for (long[] dims : List.of(dims(9), dims(3, 1, 5), dims(2, 3, 4, 4))) {
            Node leakyRelu = Node.of("LeakyRelu", List.of("x"), "y").with("alpha", Attribute.of(0.25f));
            cases.add(unary("QLinearLeakyRelu", leakyRelu, dims));
            cases.add(unary("QLinearSigmoid", Node.of("Sigmoid", List.of("x"), "y"), dims)
                    .readingOutput());
        }
        for (long[] dims : List.of(dims(2, 3, 4, 4), dims(3, 1, 5, 3), dims(2, 3, 7), dims(1, 2, 3, 2, 3))) {
            cases.add(unary("QLinearGlobalAveragePool", Node.of("GlobalAveragePool", List.of("x"), "y"), dims));
        }
        for (DataType type : List.of(UINT8, INT8)) {
            for (long[] right : List.of(dims(2, 3, 4, 5), dims(3, 1, 1), dims(2, 1, 4, 5), dims())) {
                cases.add(binary("QLinearAdd", type, "Add", dims(2, 3, 4, 5), right)
                        .onlySummed());
                cases.add(binary("QLinearMul", type, "Mul", dims(2, 3, 4, 5), right));
            }
            cases.add(binary("QLinearAdd", type, "Add", dims(7, 1), 2, 1, 5).onlySummed());
            cases.add(binary("QLinearMul", type, "Mul", dims(7, 1), 2, 1, 5));
        }
        return cases;
    }
}
