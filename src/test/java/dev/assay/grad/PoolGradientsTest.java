package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class PoolGradientsTest {
    private static final Attribute YES = Attribute.of(1L);

    private static Attribute ints(long... values) {
        return Attribute.ofLongs(values);
    }

    /** One case of each operator that pools over windows. */
    private static List<GradientCase> pools(String name, long[] dims, long... kernel) {
        return List.of(
                GradientCase.of(name, "MaxPool").input(dims).attribute("kernel_shape", ints(kernel)),
                GradientCase.of(name, "AveragePool").input(dims).inFloat().attribute("kernel_shape", ints(kernel)),
                GradientCase.of(name, "LpPool").input(dims).inFloat().attribute("kernel_shape", ints(kernel)));
    }

    private static long[] dims(long... dims) {
        return dims;
    }

    static List<GradientCase> cases() {
        List<GradientCase> cases = new ArrayList<>();
        cases.addAll(pools("overlapping", dims(-1, 2, 6, 5), 3, 2));
        pools("tiles", dims(-1, 2, 6, 8), 2, 4).forEach(pool -> cases.add(pool.attribute("strides", ints(2, 4))));
        pools("odd size", dims(-1, 2, 7, 5), 2, 2).forEach(pool -> cases.add(pool.attribute("strides", ints(2, 2))));
        pools("gaps", dims(-1, 2, 7, 8), 2, 2).forEach(pool -> cases.add(pool.attribute("strides", ints(3, 3))));
        pools("padded", dims(-1, 2, 7, 6), 3, 3)
                .forEach(pool -> cases.add(pool.attribute("strides", ints(2, 2)).attribute("pads", ints(1, 1, 1, 1))));
        pools("asymmetric pads", dims(2, 2, 7, 6), 3, 2)
                .forEach(pool -> cases.add(pool.attribute("strides", ints(2, 1)).attribute("pads", ints(2, 0, 0, 1))));
        pools("ceil mode", dims(-1, 2, 8, 6), 3, 3)
                .forEach(pool -> cases.add(pool.attribute("strides", ints(2, 2))
                        .attribute("pads", ints(1, 0, 1, 0))
                        .attribute("ceil_mode", YES)));
        pools("dilated", dims(-1, 2, 7, 6), 2, 3)
                .forEach(pool -> cases.add(pool.atOpset(19).attribute("dilations", ints(2, 2))));
        pools("SAME_UPPER", dims(-1, 2, 7, 6), 3, 2)
                .forEach(pool -> cases.add(
                        pool.attribute("strides", ints(2, 2)).attribute("auto_pad", Attribute.of("SAME_UPPER"))));
        pools("SAME_LOWER", dims(-1, 2, 7, 6), 2, 4)
                .forEach(pool -> cases.add(pool.attribute("auto_pad", Attribute.of("SAME_LOWER"))));
        pools("whole", dims(-1, 2, 4, 4), 4, 4).forEach(cases::add);
        pools("one axis", dims(-1, 2, 7), 3).forEach(cases::add);
        pools("one axis, ceil mode, asymmetric pads", dims(-1, 2, 8), 3)
                .forEach(pool -> cases.add(pool.attribute("strides", ints(2))
                        .attribute("pads", ints(0, 1))
                        .attribute("ceil_mode", YES)));
        pools("three axes", dims(-1, 2, 4, 5, 4), 2, 3, 2).forEach(cases::add);
        GradientCase average = GradientCase.of("padding counts", "AveragePool")
                .inFloat()
                .attribute("kernel_shape", ints(3, 3))
                .attribute("strides", ints(2, 2))
                .attribute("count_include_pad", YES);
        cases.add(average.input(-1, 2, 6, 5).attribute("pads", ints(1, 1, 1, 1)));
        cases.add(average.input(-1, 2, 6, 7).attribute("pads", ints(1, 0, 0, 1)).attribute("ceil_mode", YES));
        cases.add(GradientCase.of("float tiles", "MaxPool")
                .mapped(x -> 10 * x, -1, 3, 6, 7)
                .inFloat()
                .attribute("kernel_shape", ints(2, 2))
                .attribute("strides", ints(2, 2)));
        cases.add(GradientCase.of("float, overlapping", "MaxPool")
                .mapped(x -> 10 * x, -1, 3, 7, 6)
                .inFloat()
                .attribute("kernel_shape", ints(3, 3))
                .attribute("strides", ints(2, 2))
                .attribute("pads", ints(1, 1, 1, 1)));
        cases.add(GradientCase.of("with indices", Node.of("MaxPool", List.of(), "y", "indices"))
                .withoutGradientOfLast(1)
                .input(-1, 2, 6, 5)
                .attribute("kernel_shape", ints(3, 2)));
        cases.add(GradientCase.of("columns first", "MaxPool")
                .input(-1, 2, 6, 5)
                .attribute("kernel_shape", ints(3, 2))
                .attribute("storage_order", YES));
        for (long p : new long[] {1, 2, 3}) {
            cases.add(GradientCase.of("p = " + p, "LpPool")
                    .mapped(x -> x + Math.copySign(0.1, x), -1, 2, 5, 5)
                    .inFloat()
                    .attribute("kernel_shape", ints(3, 3))
                    .attribute("p", Attribute.of(p)));
            for (long[] dims : List.of(dims(-1, 2, 3, 4), dims(2, 3, 7), dims(-1, 2, 2, 3, 2))) {
                cases.add(GradientCase.of("p = " + p, "GlobalLpPool")
                        .mapped(x -> x + Math.copySign(0.1, x), dims)
                        .inFloat()
                        .attribute("p", Attribute.of(p)));
            }
        }
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }

    @TestFactory
    Stream<DynamicTest> kinks() {
        GradientCase pool = GradientCase.of("ties go to the first", "MaxPool")
                .input(1, 1, 4)
                .attribute("kernel_shape", ints(2));
        double[] x = {1, 1, 1, 0};
        return Stream.of(
                pool.pinned(x, 1, 1, 1, 0),
                pool.inFloat().pinned(x, 1, 1, 1, 0),
                pool.inFloat().attribute("strides", ints(2)).pinned(x, 1, 0, 1, 0));
    }
}
