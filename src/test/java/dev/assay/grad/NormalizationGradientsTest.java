package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import java.util.ArrayList;
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
                of("groups", "GroupNormalization")
                        .atOpset(21)
                        .input(-1, 4, 3, 2)
                        .input(4)
                        .input(4)
                        .inFloat()
                        .attribute("num_groups", Attribute.of(2)),
                of("a scale a group", "GroupNormalization")
                        .input(-1, 4, 3, 2)
                        .input(2)
                        .input(2)
                        .inFloat()
                        .attribute("num_groups", Attribute.of(2)),
                of("images", "MeanVarianceNormalization").input(3, 2, 3, 4).inFloat(),
                of("of each image", "MeanVarianceNormalization")
                        .input(-1, 2, 3, 4)
                        .inFloat()
                        .attribute("axes", Attribute.ofLongs(2, 3)),
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
        for (long p : new long[] {1, 2}) {
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
