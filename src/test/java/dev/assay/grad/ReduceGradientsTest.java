package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ReduceGradientsTest {
    private static final Attribute NO = Attribute.of(0L);

    private static long[] dims(long... dims) {
        return dims;
    }

    static List<GradientCase> cases() {
        List<GradientCase> cases = new ArrayList<>();
        for (String op : List.of(
                "ReduceSum",
                "ReduceMean",
                "ReduceMax",
                "ReduceMin",
                "ReduceProd",
                "ReduceL1",
                "ReduceL2",
                "ReduceSumSquare",
                "ReduceLogSum",
                "ReduceLogSumExp")) {
            cases.add(positive("last axis", op, -1, 4).constant(Tensor.vector(-1)));
            cases.add(positive("two axes", op, -1, 3, 4, 2).constant(Tensor.vector(2, 3)));
            cases.add(positive("dropped", op, -1, 3, 4, 2)
                    .constant(Tensor.vector(1, -1))
                    .attribute("keepdims", NO));
            cases.add(positive("batch", op, -1, 3).constant(Tensor.vector(0)));
            cases.add(positive("batch dropped", op, -1, 3)
                    .constant(Tensor.vector(0))
                    .attribute("keepdims", NO));
            cases.add(positive("all", op, -1, 3));
            cases.add(positive("all dropped", op, 2, 3).attribute("keepdims", NO));
            cases.add(positive("middle axis", op, -1, 3, 5).constant(Tensor.vector(-2)));
            cases.add(positive("scalar", op));
            if (!op.equals("ReduceProd")) {
                cases.add(positive("no axes, nothing to do", op, -1, 3)
                        .attribute("noop_with_empty_axes", Attribute.of(1L)));
            }
        }
        for (String op : List.of("ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSumExp")) {
            cases.add(GradientCase.of("both signs", op).input(-1, 4).constant(Tensor.vector(1)));
        }
        for (String op : List.of("GlobalAveragePool", "GlobalMaxPool")) {
            for (long[] dims : List.of(dims(-1, 3, 4, 5), dims(2, 3, 7), dims(-1, 2, 1, 1), dims(-1, 2, 3, 2, 3))) {
                cases.add(GradientCase.of(Arrays.toString(dims), op)
                        .mapped(x -> 10 * x, dims)
                        .inFloat());
            }
        }
        return cases;
    }

    private static GradientCase positive(String name, String op, long... dims) {
        return GradientCase.of(name, op).mapped(x -> 1.5 + x, dims);
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }

    @TestFactory
    Stream<DynamicTest> kinks() {
        double[] x = {2, 0, 2, -1};
        return Stream.of(
                GradientCase.of("ties share", "ReduceMax").input(4).pinned(x, 0.5, 0, 0.5, 0),
                GradientCase.of("one zero", "ReduceProd").input(4).pinned(x, 0, -4, 0, 0),
                GradientCase.of("two zeros", "ReduceProd").input(4).pinned(new double[] {2, 0, 0, 1}, 0, 0, 0, 0),
                GradientCase.of("zero", "ReduceL2").input(4).pinned(new double[4], 0, 0, 0, 0),
                GradientCase.of("zero", "ReduceL1").input(4).pinned(x, 1, 0, 1, -1));
    }
}
