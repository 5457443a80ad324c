package dev.assay.grad;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ArithmeticGradientsTest {
    private static final DoubleUnaryOperator POSITIVE = x -> 1.5 + x;
    private static final DoubleUnaryOperator AWAY_FROM_ZERO = x -> x + Math.copySign(0.5, x);

    /** A scalar, one number an image, and maps of odd sizes; -1 is the batch. */
    private static final List<long[]> SHAPES = List.of(new long[] {}, new long[] {-1}, new long[] {-1, 2, 3, 5});

    private static GradientCase of(String name, String op) {
        return GradientCase.of(name, op);
    }

    static List<GradientCase> cases() {
        List<GradientCase> cases = new ArrayList<>();
        for (String op : List.of("Add", "Sub", "Mul", "Sum", "Max", "Min")) {
            cases.add(of("same shape", op).input(-1, 3).input(-1, 3));
            cases.add(of("channels", op).input(-1, 3, 2, 2).input(1, 3, 1, 1));
            cases.add(of("both broadcast", op).input(-1, 1, 4).input(3, 1));
            cases.add(of("scalar", op).input(2, 3).input());
            cases.add(of("scalar constant", op).input(-1, 3).randomConstant());
            cases.add(of("scalar first", op).input().input(-1, 3));
        }
        for (long[] shape : SHAPES) {
            String name = "shape " + Arrays.toString(shape);
            for (String op : List.of("Neg", "Abs", "Exp", "Sin", "Cos", "Identity", "Dropout")) {
                cases.add(of(name, op).input(shape));
            }
            for (String op : List.of("Erf", "Tan", "Atan", "Sinh", "Cosh")) {
                cases.add(of(name, op).input(shape).inFloat());
            }
            cases.add(of(name, "Cast").input(shape).attribute("to", Attribute.of(DataType.DOUBLE.code())));
            cases.add(of(name, "Sqrt").mapped(POSITIVE, shape));
            cases.add(of(name, "Log").mapped(POSITIVE, shape));
            cases.add(of(name, "Reciprocal").mapped(AWAY_FROM_ZERO, shape));
        }
        for (String op : List.of("Sum", "Max", "Min")) {
            cases.add(of("three", op).input(-1, 3).input(3).input(1, 1));
            cases.add(of("one", op).input(-1, 3));
        }
        cases.addAll(List.of(
                of("three", "Mean").input(-1, 3).input(3).input(1, 1).inFloat(),
                of("one", "Mean").input(-1, 3).inFloat(),
                of("channels", "Mean").input(-1, 3, 2, 2).input(1, 3, 1, 1).inFloat(),
                of("scalar", "Mean").input().input(-1, 3).inFloat(),
                of("twice the same", "Sum").input(2, 3).input(2, 3),
                of("channels", "Div").input(-1, 3, 2, 2).mapped(AWAY_FROM_ZERO, 1, 3, 1, 1),
                of("both broadcast", "Div").input(-1, 1, 4).mapped(AWAY_FROM_ZERO, 3, 1),
                of("by scalar", "Div").input(-1, 3).mapped(AWAY_FROM_ZERO),
                of("of scalar", "Div").input().mapped(AWAY_FROM_ZERO, -1, 3),
                of("square", "Pow").input(-1, 3).constant(Tensor.scalar(2)).inFloat(),
                of("root", "Pow")
                        .mapped(POSITIVE, -1, 3)
                        .constant(Tensor.ofFloats(new long[] {1}, 0.5f))
                        .inFloat(),
                of("cube", "Pow").input(-1, 3).constant(Tensor.vector(3)),
                of("integer exponents", "Pow").input(-1, 4).constant(Tensor.vector(3, 2, 1, 0)),
                of("zeroth", "Pow").input(-1, 3).constant(Tensor.vector(0)),
                of("both", "Pow").mapped(POSITIVE, -1, 3).input(3),
                of("both broadcast", "Pow").mapped(POSITIVE, 3).input(-1, 1),
                of("channels", "Pow").mapped(POSITIVE, -1, 3, 2, 2).input(1, 3, 1, 1),
                of("of scalar", "Pow").mapped(POSITIVE).input(-1, 3),
                where("same shape").input(-1, 3).input(-1, 3),
                where("broadcast").input(-1, 1).input(),
                where("maps").input(-1, 2, 1, 3).input(2, 4, 1),
                of("inference, ratio", "Dropout").input(-1, 3).constant(Tensor.scalar(0.3f))));
        return cases;
    }

    private static GradientCase where(String name) {
        Tensor condition = Tensor.of(DataType.BOOL, new long[] {3}, new byte[] {1, 0, 1});
        return of(name, "Where").constant(condition);
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }

    @Test
    void dropoutThatTrainsLetsThroughWhatItKept() {
        Tensor yes = Tensor.of(DataType.BOOL, new long[0], new byte[] {1});
        double[] ones = new double[64];
        Arrays.fill(ones, 1);
        double[][] valueAndGradient = GradientCase.of("training", Node.of("Dropout", List.of(), "y", "mask"))
                .withoutGradientOfLast(1)
                .input(64)
                .constant(Tensor.scalar(0.75f))
                .constant(yes)
                .valueAndGradientAt(ones);
        assertThat(valueAndGradient[0]).contains(0, 4);
        assertThat(valueAndGradient[1]).isEqualTo(valueAndGradient[0]);
    }

    @TestFactory
    Stream<DynamicTest> kinks() {
        double[] x = {-1, 0, 1, 2};
        return Stream.of(
                of("zero at 0", "Abs").input(4).pinned(x, -1, 0, 1, 1),
                of("the bound wins a tie", "Max")
                        .input(4)
                        .constant(Tensor.scalar(1))
                        .inFloat()
                        .pinned(x, 0, 0, 0, 1),
                of("the bound wins a tie", "Min")
                        .input(4)
                        .constant(Tensor.scalar(1))
                        .inFloat()
                        .pinned(x, 1, 1, 0, 0),
                of("zero to the 0", "Pow").input(4).constant(Tensor.vector(0)).pinned(x, 0, 0, 0, 0),
                of("zero to the 0, 1, 2, 2", "Pow")
                        .input(4)
                        .constant(Tensor.vector(0, 1, 2, 2))
                        .pinned(x, 0, 1, 2, 4));
    }
}
