package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class NormalizationGradientsTest {
    private static final DoubleUnaryOperator POSITIVE = x -> 1.5 + x;

    private static GradientCase of(String name, String op) {
        return GradientCase.of(name, op);
    }

    private static long[] dims(long... dims) {
        return dims;
    }

    static List<GradientCase> cases() {
        List<GradientCase> cases = new ArrayList<>(List.of(
                of("constant statistics", "BatchNormalization")
                        .input(-1, 3, 4, 2)
                        .randomConstant(3)
                        .randomConstant(3)
                        .randomConstant(3)
                        .mapped(POSITIVE, 3),
                of("all varied", "BatchNormalization")
                        .input(-1, 3, 4)
                        .input(3)
                        .input(3)
                        .input(3)
                        .mapped(POSITIVE, 3),
                of("rows", "BatchNormalization")
                        .input(-1, 3)
                        .input(3)
                        .input(3)
                        .input(3)
                        .mapped(POSITIVE, 3),
                GradientCase.of("its own statistics", Node.of("BatchNormalization", List.of(), "y", "mean", "var"))
                        .withoutGradientOfLast(2)
                        .attribute("training_mode", Attribute.of(1))
                        .input(4, 3, 4)
                        .input(3)
                        .input(3)
                        .randomConstant(3)
                        .randomConstant(3),
                GradientCase.of(
                                "its own statistics, put out",
                                Node.of("BatchNormalization", List.of(), "y", "mean", "var"))
                        .withoutGradientOfLast(2)
                        .attribute("training_mode", Attribute.of(1))
                        .attribute("momentum", Attribute.of(0f))
                        .input(4, 3, 4)
                        .input(3)
                        .input(3)
                        .input(3)
                        .input(3),
                GradientCase.of(
                                "its own statistics, images",
                                Node.of("BatchNormalization", List.of(), "y", "mean", "var"))
                        .withoutGradientOfLast(2)
                        .attribute("training_mode", Attribute.of(1))
                        .input(-1, 2, 3, 5)
                        .input(2)
                        .input(2)
                        .randomConstant(2)
                        .randomConstant(2),
                of("channels of images", "LayerNormalization")
                        .input(-1, 2, 3, 4)
                        .input(2, 3, 4)
                        .attribute("axis", Attribute.of(-3)),
                of("last axis", "LayerNormalization").input(-1, 4, 5).input(5).input(5),
                of("no bias, scalar scale", "LayerNormalization").input(-1, 5).input(1),
                of("from axis 1", "LayerNormalization")
                        .input(-1, 4, 5)
                        .input(4, 5)
                        .input(4, 5)
                        .attribute("axis", Attribute.of(1)),
                of("images", "InstanceNormalization")
                        .input(-1, 3, 4, 5)
                        .input(3)
                        .input(3)
                        .inFloat(),
                of("signals", "InstanceNormalization")
                        .input(-1, 3, 6)
                        .input(3)
                        .input(3)
                        .inFloat(),
                of("volumes", "InstanceNormalization")
                        .input(-1, 2, 3, 2, 3)
                        .input(2)
                        .input(2)
                        .inFloat(),
                of("images", "MeanVarianceNormalization").input(3, 2, 3, 4).inFloat(),
                of("of each image", "MeanVarianceNormalization")
                        .input(-1, 2, 3, 4)
                        .inFloat()
                        .attribute("axes", Attribute.ofLongs(2, 3)),
                of("signals", "MeanVarianceNormalization")
                        .input(-1, 3, 5)
                        .inFloat()
                        .attribute("axes", Attribute.ofLongs(0, 2)),
                of("one column", "LRN")
                        .input(2, 7, 3, 1)
                        .inFloat()
                        .attribute("size", Attribute.of(3))
                        .attribute("alpha", Attribute.of(2f)),
                of("size 3", "LRN")
                        .input(-1, 5, 2, 3)
                        .inFloat()
                        .attribute("size", Attribute.of(3))
                        .attribute("alpha", Attribute.of(0.9f)),
                of("size 5 of 4", "LRN")
                        .input(-1, 4, 2, 3)
                        .inFloat()
                        .attribute("size", Attribute.of(5))
                        .attribute("beta", Attribute.of(0.5f))
                        .attribute("bias", Attribute.of(2f))
                        .attribute("alpha", Attribute.of(2f))));
        for (long[] dims : List.of(dims(-1, 4, 3, 2), dims(-1, 6, 5), dims(2, 4, 2, 3, 2), dims(-1, 2, 1, 7))) {
            for (long groups : new long[] {1, 2, dims[1]}) {
                GradientCase group = of(groups + " of " + Arrays.toString(dims), "GroupNormalization")
                        .input(dims)
                        .inFloat()
                        .attribute("num_groups", Attribute.of(groups));
                cases.add(group.atOpset(21).input(dims[1]).input(dims[1]));
                cases.add(group.input(groups).input(groups));
            }
        }
        for (long p : new long[] {1, 2}) {
            cases.add(of("channels of images, p = " + p, "LpNormalization")
                    .input(-1, 3, 2, 5)
                    .attribute("p", Attribute.of(p))
                    .attribute("axis", Attribute.of(-3)));
            cases.add(of("one axis, p = " + p, "LpNormalization")
                    .input(5)
                    .attribute("p", Attribute.of(p))
                    .attribute("axis", Attribute.of(0)));
            cases.add(
                    of("p = " + p, "LpNormalization").mapped(POSITIVE, -1, 3, 4).attribute("p", Attribute.of(p)));
            cases.add(of("axis 1, p = " + p, "LpNormalization")
                    .input(-1, 3, 4)
                    .attribute("p", Attribute.of(p))
                    .attribute("axis", Attribute.of(1)));
        }
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }
}
