package dev.assay.grad;

import dev.assay.ir.Attribute;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ConvGradientsTest {
    private static GradientCase conv(String name) {
        return GradientCase.of(name, "Conv").inFloat();
    }

    private static GradientCase transposed(String name) {
        return GradientCase.of(name, "ConvTranspose").inFloat();
    }

    private static Attribute ints(long... values) {
        return Attribute.ofLongs(values);
    }

    static List<GradientCase> cases() {
        return List.of(
                conv("constant weight, padded")
                        .input(-1, 3, 6, 5)
                        .randomConstant(4, 3, 3, 3)
                        .attribute("pads", ints(1, 1, 1, 1)),
                conv("constant weight, strided")
                        .input(-1, 3, 7, 6)
                        .randomConstant(4, 3, 3, 3)
                        .attribute("strides", ints(2, 2)),
                conv("constant weight, grouped")
                        .input(2, 4, 6, 5)
                        .randomConstant(6, 2, 3, 3)
                        .attribute("group", Attribute.of(2L)),
                conv("constant weight, dilated, padded beyond the kernel")
                        .input(-1, 2, 5, 6)
                        .randomConstant(3, 2, 2, 2)
                        .attribute("dilations", ints(2, 1))
                        .attribute("pads", ints(3, 2, 0, 1)),
                conv("pointwise").input(-1, 2, 5, 5).input(3, 2, 1, 1).input(3),
                conv("pointwise, strided").input(-1, 2, 5, 6).input(3, 2, 1, 1).attribute("strides", ints(2, 2)),
                conv("padded").input(-1, 3, 6, 5).input(4, 3, 3, 3).input(4).attribute("pads", ints(1, 1, 1, 1)),
                conv("asymmetric pads, strides and dilations")
                        .input(-1, 2, 9, 8)
                        .input(3, 2, 3, 2)
                        .attribute("pads", ints(2, 0, 1, 3))
                        .attribute("strides", ints(2, 3))
                        .attribute("dilations", ints(1, 2)),
                conv("dilated along rows, strided")
                        .input(-1, 2, 9, 8)
                        .input(3, 2, 3, 3)
                        .attribute("pads", ints(2, 1, 0, 1))
                        .attribute("strides", ints(2, 2))
                        .attribute("dilations", ints(2, 1)),
                conv("one axis").input(-1, 3, 9).input(4, 3, 3).attribute("pads", ints(1, 1)),
                conv("rows left over").input(-1, 2, 8, 7).input(3, 2, 3, 3).attribute("strides", ints(3, 2)),
                conv("grouped").input(-1, 4, 5, 5).input(6, 2, 3, 3).input(6).attribute("group", Attribute.of(2L)),
                conv("depthwise")
                        .input(-1, 3, 5, 5)
                        .input(3, 1, 3, 3)
                        .attribute("group", Attribute.of(3L))
                        .attribute("pads", ints(1, 1, 1, 1)),
                conv("depthwise, two each, strided")
                        .input(-1, 3, 5, 6)
                        .input(6, 1, 3, 3)
                        .attribute("group", Attribute.of(3L))
                        .attribute("strides", ints(2, 2)),
                conv("SAME_UPPER")
                        .input(-1, 2, 7, 6)
                        .input(3, 2, 3, 2)
                        .attribute("auto_pad", Attribute.of("SAME_UPPER"))
                        .attribute("strides", ints(2, 2)),
                conv("SAME_LOWER")
                        .input(-1, 2, 5, 6)
                        .input(3, 2, 2, 4)
                        .attribute("auto_pad", Attribute.of("SAME_LOWER")),
                conv("VALID").input(-1, 2, 5, 6).input(3, 2, 2, 4).attribute("auto_pad", Attribute.of("VALID")),
                conv("one axis")
                        .input(-1, 2, 9)
                        .input(3, 2, 3)
                        .input(3)
                        .attribute("pads", ints(1, 2))
                        .attribute("strides", ints(2)),
                conv("one axis, grouped, dilated")
                        .input(-1, 4, 9)
                        .input(4, 2, 3)
                        .attribute("group", Attribute.of(2L))
                        .attribute("dilations", ints(2))
                        .attribute("pads", ints(0, 1)),
                conv("three axes")
                        .input(-1, 2, 4, 5, 4)
                        .input(2, 2, 2, 3, 2)
                        .input(2)
                        .attribute("pads", ints(1, 0, 0, 0, 1, 1))
                        .attribute("strides", ints(1, 2, 1)),
                transposed("plain").input(-1, 3, 4, 5).input(3, 2, 3, 3).input(2),
                transposed("strided, padded")
                        .input(-1, 3, 4, 5)
                        .input(3, 2, 3, 3)
                        .attribute("strides", ints(2, 3))
                        .attribute("pads", ints(1, 0, 0, 2)),
                transposed("output padding")
                        .input(-1, 3, 4, 5)
                        .input(3, 2, 3, 3)
                        .attribute("strides", ints(2, 3))
                        .attribute("pads", ints(1, 1, 1, 1))
                        .attribute("output_padding", ints(1, 2)),
                transposed("output padding without pads")
                        .input(-1, 3, 4, 4)
                        .input(3, 2, 2, 2)
                        .attribute("strides", ints(2, 2))
                        .attribute("output_padding", ints(1, 1)),
                transposed("grouped, dilated")
                        .input(-1, 4, 4, 3)
                        .input(4, 3, 2, 3)
                        .input(6)
                        .attribute("group", Attribute.of(2L))
                        .attribute("dilations", ints(2, 1)),
                transposed("output shape")
                        .input(-1, 2, 4, 4)
                        .input(2, 3, 3, 3)
                        .attribute("strides", ints(2, 2))
                        .attribute("output_shape", ints(8, 8)),
                transposed("SAME_UPPER")
                        .input(-1, 2, 4, 4)
                        .input(2, 3, 3, 3)
                        .attribute("strides", ints(2, 2))
                        .attribute("auto_pad", Attribute.of("SAME_UPPER")),
                transposed("SAME_LOWER")
                        .input(-1, 2, 4, 4)
                        .input(2, 3, 3, 3)
                        .attribute("strides", ints(2, 2))
                        .attribute("auto_pad", Attribute.of("SAME_LOWER")),
                transposed("depthwise, asymmetric pads")
                        .input(-1, 3, 5, 4)
                        .input(3, 1, 3, 3)
                        .attribute("group", Attribute.of(3L))
                        .attribute("strides", ints(2, 2))
                        .attribute("pads", ints(1, 0, 0, 1)),
                transposed("one axis").input(-1, 2, 5).input(2, 3, 4).attribute("strides", ints(2)),
                transposed("one axis, grouped, dilated")
                        .input(2, 4, 5)
                        .input(4, 1, 3)
                        .input(2)
                        .attribute("group", Attribute.of(2L))
                        .attribute("dilations", ints(2))
                        .attribute("pads", ints(0, 1)),
                transposed("three axes")
                        .input(-1, 2, 3, 2, 3)
                        .input(2, 2, 2, 3, 2)
                        .attribute("strides", ints(1, 2, 1)));
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }
}
