package dev.assay.grad;

import dev.assay.ir.Attribute;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ProductGradientsTest {
    private static final Attribute YES = Attribute.of(1L);

    private static GradientCase matMul(String name) {
        return GradientCase.of(name, "MatMul");
    }

    private static GradientCase gemm(String name) {
        return GradientCase.of(name, "Gemm");
    }

    private static GradientCase fused(String name) {
        return GradientCase.of(name, "com.microsoft.FusedMatMul").inFloat().attribute("alpha", Attribute.of(0.5f));
    }

    static List<GradientCase> cases() {
        return List.of(
                gemm("plain").input(-1, 4).randomConstant(4, 3),
                gemm("all varied").input(-1, 4).input(4, 3).input(3),
                gemm("A transposed").input(4, 2).input(4, 3).attribute("transA", YES),
                gemm("B transposed, scalar C").input(2, 4).input(3, 4).input().attribute("transB", YES),
                gemm("column C, scaled")
                        .input(2, 4)
                        .input(4, 3)
                        .input(2, 1)
                        .attribute("alpha", Attribute.of(0.5f))
                        .attribute("beta", Attribute.of(2f)),
                gemm("both transposed, scaled")
                        .input(4, 2)
                        .input(3, 4)
                        .input(1, 3)
                        .attribute("transA", YES)
                        .attribute("transB", YES)
                        .attribute("alpha", Attribute.of(0.5f)),
                matMul("matrices").input(-1, 4).input(4, 3),
                matMul("batched").input(-1, 2, 3, 4).input(-1, 2, 4, 5),
                matMul("one B").input(-1, 2, 3, 4).input(4, 5),
                matMul("one A").input(3, 4).input(-1, 4, 5),
                matMul("both broadcast").input(2, 1, 3, 4).input(5, 4, 2),
                matMul("batch of one").input(-1, 3, 4).input(1, 4, 2),
                matMul("vectors").input(4).input(4),
                matMul("vector left").input(4).input(-1, 4, 3),
                matMul("vector right").input(-1, 3, 4).input(4),
                matMul("vector and matrix").input(4).input(4, 3),
                matMul("matrix and vector").input(-1, 4).input(4),
                matMul("constant B").input(-1, 3, 4).randomConstant(4, 5),
                fused("plain").input(-1, 3, 4).input(4, 5),
                fused("A transposed").input(-1, 4, 3).input(-1, 4, 5).attribute("transA", YES),
                fused("B transposed").input(-1, 3, 4).input(-1, 5, 4).attribute("transB", YES),
                fused("one B transposed").input(-1, 3, 4).input(5, 4).attribute("transB", YES),
                fused("both transposed")
                        .input(-1, 4, 3)
                        .input(-1, 5, 4)
                        .attribute("transA", YES)
                        .attribute("transB", YES));
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }
}
