package dev.assay.grad;

import static dev.assay.grad.FloatForm.ABSENT;
import static dev.assay.grad.FloatForm.plain;
import static dev.assay.grad.FloatForm.triple;
import static java.util.Map.entry;

import dev.assay.grad.FloatForm.Argument;
import java.util.Map;

/** The operators that compute on integer tensors, each with the float operator that it stands for. */
final class QuantizedOperators {
    /** The form of operators whose only tensor input is the first, with the output's scale behind it. */
    private static final int UNARY_OUTPUT = 3;

    private static final int BINARY_OUTPUT = 6;

    static final Map<String, FloatForm> FORMS = Map.ofEntries(
            entry("QLinearConv", binary("Conv")),
            entry("com.microsoft.QLinearConv", binary("Conv")),
            entry("QLinearMatMul", binary("MatMul")),
            entry("com.microsoft.QLinearAdd", binary("Add")),
            entry("com.microsoft.QLinearMul", binary("Mul")),
            entry("com.microsoft.QLinearConcat", FloatForm.of("Concat", 0)),
            entry("com.microsoft.QLinearWhere", FloatForm.of("Where", 7, plain(0), triple(1), triple(4))),
            entry("com.microsoft.QLinearAveragePool", unary("AveragePool")),
            entry("com.microsoft.QLinearGlobalAveragePool", unary("GlobalAveragePool")),
            entry("com.microsoft.QLinearSigmoid", unary("Sigmoid")),
            entry("com.microsoft.QLinearSoftmax", unary("Softmax")),
            entry("com.microsoft.QLinearLeakyRelu", unary("LeakyRelu")),
            entry("com.microsoft.QGemm", FloatForm.of("Gemm", 7, triple(0), triple(3))),
            entry("ConvInteger", integers("Conv")),
            entry("MatMulInteger", integers("MatMul")),
            entry(
                    "com.microsoft.MatMulIntegerToFloat",
                    FloatForm.of("MatMul", ABSENT, new Argument(0, 2, 4), new Argument(1, 3, 5))),
            entry(
                    "com.microsoft.DynamicQuantizeMatMul",
                    FloatForm.of("MatMul", ABSENT, plain(0), new Argument(1, 2, 3))),
            entry("com.microsoft.MatMulNBits", FloatForm.of("MatMul", ABSENT, plain(0), plain(1))));

    private QuantizedOperators() {}

    private static FloatForm unary(String op) {
        return FloatForm.of(op, UNARY_OUTPUT, triple(0));
    }

    private static FloatForm binary(String op) {
        return FloatForm.of(op, BINARY_OUTPUT, triple(0), triple(3));
    }

    /** Integers times integers: the units of inputs and output are 1. */
    private static FloatForm integers(String op) {
        return FloatForm.of(op, ABSENT, new Argument(0, ABSENT, 2), new Argument(1, ABSENT, 3));
    }
}
