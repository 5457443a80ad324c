package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class CutGradientsTest {
    private static GradientCase slice(String name, long... dims) {
        return GradientCase.of(name, "Slice").input(dims);
    }

    private static GradientCase pad(String name, String mode, long... dims) {
        return GradientCase.of(name, "Pad").input(dims).attribute("mode", Attribute.of(mode));
    }

    private static Tensor scales(float... scales) {
        return Tensor.ofFloats(new long[] {scales.length}, scales);
    }

    private static GradientCase resize(String name, String mode, String coordinates) {
        return resize(name, mode, coordinates, -1, 2, 4, 3);
    }

    private static GradientCase resize(String name, String mode, String coordinates, long... dims) {
        return GradientCase.of(name + ", " + mode + ", " + coordinates, "Resize")
                .inFloat()
                .input(dims)
                .absent()
                .attribute("mode", Attribute.of(mode))
                .attribute("coordinate_transformation_mode", Attribute.of(coordinates));
    }

    static List<GradientCase> cases() {
        List<GradientCase> cases = new ArrayList<>(List.of(
                slice("middle", -1, 5, 6)
                        .constant(Tensor.vector(1, -4))
                        .constant(Tensor.vector(3, 100))
                        .constant(Tensor.vector(1, 2)),
                slice("no axes", 3, 5).constant(Tensor.vector(1, 0)).constant(Tensor.vector(3, -1)),
                slice("batch from its second", -1, 3)
                        .constant(Tensor.vector(1))
                        .constant(Tensor.vector(Long.MAX_VALUE))
                        .constant(Tensor.vector(0)),
                slice("whole batch", -1, 3).constant(Tensor.vector(0, 1)).constant(Tensor.vector(Long.MAX_VALUE, 2)),
                slice("every other pixel", -1, 2, 5, 6)
                        .constant(Tensor.vector(0, 1))
                        .constant(Tensor.vector(5, 6))
                        .constant(Tensor.vector(2, 3))
                        .constant(Tensor.vector(2, 2)),
                slice("backwards", -1, 5)
                        .constant(Tensor.vector(-1))
                        .constant(Tensor.vector(Long.MIN_VALUE))
                        .constant(Tensor.vector(1))
                        .constant(Tensor.vector(-1)),
                slice("backwards by twos, and one forwards", -1, 6, 3, 2)
                        .constant(Tensor.vector(4, 1))
                        .constant(Tensor.vector(0, 3))
                        .constant(Tensor.vector(1, 2))
                        .constant(Tensor.vector(-2, 1)),
                pad("zeros", "constant", -1, 2, 3).constant(Tensor.vector(0, 1, 0, 0, 2, 3)),
                pad("value", "constant", -1, 3)
                        .constant(Tensor.vector(0, 1, 0, 2))
                        .input(),
                pad("negative", "constant", -1, 4, 5).constant(Tensor.vector(0, -1, 2, 0, 1, -2)),
                pad("axes", "constant", -1, 4, 5)
                        .constant(Tensor.vector(1, 2, -1, 0))
                        .absent()
                        .constant(Tensor.vector(-1, 1)),
                resize("sizes", "linear", "half_pixel")
                        .absent()
                        .constant(Tensor.vector(7, 2))
                        .attribute("axes", Attribute.ofLongs(2, 3)),
                resize("axes", "cubic", "half_pixel").constant(scales(2, 2)).attribute("axes", Attribute.ofLongs(2, 3)),
                resize("smoothed", "linear", "half_pixel")
                        .constant(scales(1, 1, 0.5f, 0.5f))
                        .attribute("antialias", Attribute.of(1))));
        for (String mode : List.of("reflect", "edge", "wrap")) {
            cases.add(pad("images", mode, -1, 2, 4, 5).constant(Tensor.vector(0, 0, 1, 2, 0, 0, 3, 1)));
            cases.add(pad("rows", mode, -1, 4).constant(Tensor.vector(0, 3, 0, 0)));
        }
        for (String coordinates :
                List.of("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric")) {
            for (String mode : List.of("nearest", "linear")) {
                cases.add(resize("up", mode, coordinates).constant(scales(1, 1, 2, 3)));
                cases.add(resize("uneven", mode, coordinates).constant(scales(1, 1, 1.6f, 0.7f)));
                cases.add(resize("odd sizes", mode, coordinates, -1, 1, 5, 7).constant(scales(1, 1, 0.5f, 1.4f)));
                cases.add(resize("signals", mode, coordinates, -1, 2, 5).constant(scales(1, 1, 1.7f)));
                cases.add(resize("rows", mode, coordinates, 3, 5).constant(scales(1, 2)));
            }
        }
        for (String nearest : List.of("round_prefer_ceil", "floor", "ceil")) {
            cases.add(resize(nearest, "nearest", "half_pixel")
                    .constant(scales(1, 1, 1.5f, 2))
                    .attribute("nearest_mode", Attribute.of(nearest)));
        }
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }
}
