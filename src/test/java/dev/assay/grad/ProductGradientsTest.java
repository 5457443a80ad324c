package dev.assay.grad;

import dev.assay.ir.Attribute;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ProductGradientsTest {
    private static GradientCase conv(String name) {
        return GradientCase.of(name, "Conv").inFloat();
    }

    @TestFactory
    Stream<DynamicTest> conv() {
        return Stream.of(
                        conv("padded")
                                .input(-1, 3, 6, 5)
                                .randomConstant(4, 3, 3, 3)
                                .attribute("pads", Attribute.ofLongs(1, 1, 1, 1)),
                        conv("strided")
                                .input(-1, 3, 7, 6)
                                .randomConstant(4, 3, 3, 3)
                                .attribute("strides", Attribute.ofLongs(2, 2)),
                        conv("grouped")
                                .input(2, 4, 6, 5)
                                .randomConstant(6, 2, 3, 3)
                                .attribute("group", Attribute.of(2L)),
                        conv("bias")
                                .input(2, 2, 5, 5)
                                .randomConstant(3, 2, 1, 1)
                                .input(3))
                .map(GradientCase::test);
    }

    @TestFactory
    Stream<DynamicTest> gemm() {
        return Stream.of(
                        GradientCase.of("plain", "Gemm").input(-1, 4).randomConstant(4, 3),
                        GradientCase.of("both transposed, scaled", "Gemm")
                                .input(4, 2)
                                .randomConstant(3, 4)
                                .attribute("transA", Attribute.of(1L))
                                .attribute("transB", Attribute.of(1L))
                                .attribute("alpha", Attribute.of(0.5f)))
                .map(GradientCase::test);
    }
}
