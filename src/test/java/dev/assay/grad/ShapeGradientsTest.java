package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ShapeGradientsTest {
    private static GradientCase of(String name, String op) {
        return GradientCase.of(name, op);
    }

    private static GradientCase concat(String name, long axis) {
        return of(name, "Concat").attribute("axis", Attribute.of(axis));
    }

    private static GradientCase split(String name, long axis, String... outputs) {
        return GradientCase.of(name, Node.of("Split", List.of(), outputs).with("axis", Attribute.of(axis)));
    }

    private static Attribute on(long value) {
        return Attribute.of(value);
    }

    static List<GradientCase> cases() {
        return List.of(
                of("flat", "Reshape").input(-1, 3, 4).constant(Tensor.vector(0, -1)),
                of("batch joined", "Reshape").input(-1, 3, 4).constant(Tensor.vector(-1, 2)),
                of("to a row", "Flatten").input(-1, 3, 4),
                of("axis 0", "Flatten").input(-1, 3).attribute("axis", on(0)),
                of("axis 2", "Flatten").input(-1, 3, 4).attribute("axis", on(2)),
                of("one axis", "Squeeze").input(-1, 1, 3, 1).constant(Tensor.vector(1)),
                of("all axes", "Squeeze").input(-1, 1, 3, 1),
                of("two axes", "Unsqueeze").input(-1, 3).constant(Tensor.vector(1, -1)),
                of("reversed", "Transpose").input(-1, 3, 4),
                of("permuted", "Transpose").input(-1, 3, 4, 2).attribute("perm", Attribute.ofLongs(2, 0, 3, 1)),
                of("rows", "Expand").input(3, 1).constant(Tensor.vector(2, 3, 4)),
                of("batch", "Expand").input(-1, 1, 4).constant(Tensor.vector(1, 3, 1)),
                of("scalar", "Expand").input().constant(Tensor.vector(2, 3)),
                of("inner", "Tile").input(-1, 3, 2).constant(Tensor.vector(1, 2, 3)),
                of("batch", "Tile").input(-1, 3).constant(Tensor.vector(2, 1)),
                concat("channels", 1).input(-1, 3, 4).input(-1, 2, 4).input(-1, 1, 4),
                concat("last", -1).input(3, 3).randomConstant(3, 2).input(3, 2),
                concat("before the batch", 0).input(2, 3).input(-1, 3),
                concat("around the batch", 0).input(2, 3).input(-1, 3).input(1, 3),
                concat("one", 0).input(-1, 3),
                split("equal", 1, "y", "z").input(-1, 4, 2).attribute("num_outputs", on(2)),
                split("uneven", 1, "y", "z").input(-1, 5).attribute("num_outputs", on(2)),
                split("sizes", 1, "y", "z", "w").input(-1, 6).constant(Tensor.vector(1, 3, 2)),
                of("DCR", "DepthToSpace").input(-1, 8, 2, 3).attribute("blocksize", on(2)),
                of("CRD", "DepthToSpace")
                        .input(-1, 8, 2, 3)
                        .attribute("blocksize", on(2))
                        .attribute("mode", Attribute.of("CRD")),
                of("plain", "SpaceToDepth").input(-1, 2, 4, 6).attribute("blocksize", on(2)),
                of("plain", "CumSum").input(-1, 5).constant(axis(1)),
                of("exclusive, reverse", "CumSum")
                        .input(-1, 5, 2)
                        .constant(axis(1))
                        .attribute("exclusive", on(1))
                        .attribute("reverse", on(1)),
                of("upper", "Trilu").input(-1, 4, 5),
                of("lower, shifted", "Trilu")
                        .input(-1, 4, 5)
                        .constant(Tensor.ofLongs(new long[0], -1))
                        .attribute("upper", on(0)));
    }

    private static Tensor axis(long axis) {
        return Tensor.ofLongs(new long[0], axis);
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }
}
