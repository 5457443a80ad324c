package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
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
        List<GradientCase> cases = new ArrayList<>(List.of(
                of("flat", "Reshape").input(-1, 3, 4).constant(Tensor.vector(0, -1)),
                of("batch joined", "Reshape").input(-1, 3, 4).constant(Tensor.vector(-1, 2)),
                of("to maps", "Reshape").input(-1, 12).constant(Tensor.vector(-1, 3, 2, 2)),
                of("to a scalar", "Reshape").input(1, 1).constant(Tensor.vector()),
                of("of a scalar", "Reshape").input().constant(Tensor.vector(1, 1)),
                of("maps", "Flatten").input(-1, 2, 3, 5),
                of("one number an image", "Flatten").input(-1),
                of("to a row", "Flatten").input(-1, 3, 4),
                of("axis 0", "Flatten").input(-1, 3).attribute("axis", on(0)),
                of("axis 2", "Flatten").input(-1, 3, 4).attribute("axis", on(2)),
                of("one axis", "Squeeze").input(-1, 1, 3, 1).constant(Tensor.vector(1)),
                of("all axes", "Squeeze").input(-1, 1, 3, 1),
                of("last axis", "Squeeze").input(-1, 3, 1).constant(Tensor.vector(-1)),
                of("to a scalar", "Squeeze").input(1, 1),
                of("two axes", "Unsqueeze").input(-1, 3).constant(Tensor.vector(1, -1)),
                of("before the batch", "Unsqueeze").input(-1, 2, 3).constant(Tensor.vector(0)),
                of("scalar", "Unsqueeze").input().constant(Tensor.vector(0, 1)),
                of("one axis", "Transpose").input(-1),
                of("matrix", "Transpose").input(-1, 3).attribute("perm", Attribute.ofLongs(1, 0)),
                of("reversed", "Transpose").input(-1, 3, 4),
                of("permuted", "Transpose").input(-1, 3, 4, 2).attribute("perm", Attribute.ofLongs(2, 0, 3, 1)),
                of("rows", "Expand").input(3, 1).constant(Tensor.vector(2, 3, 4)),
                of("batch", "Expand").input(-1, 1, 4).constant(Tensor.vector(1, 3, 1)),
                of("scalar", "Expand").input().constant(Tensor.vector(2, 3)),
                of("inner", "Tile").input(-1, 3, 2).constant(Tensor.vector(1, 2, 3)),
                of("batch", "Tile").input(-1, 3).constant(Tensor.vector(2, 1)),
                of("maps", "Tile").input(-1, 2, 3, 1).constant(Tensor.vector(1, 3, 1, 2)),
                concat("channels", 1).input(-1, 3, 4).input(-1, 2, 4).input(-1, 1, 4),
                concat("last", -1).input(3, 3).randomConstant(3, 2).input(3, 2),
                concat("before the batch", 0).input(2, 3).input(-1, 3),
                concat("around the batch", 0).input(2, 3).input(-1, 3).input(1, 3),
                concat("one", 0).input(-1, 3),
                split("equal", 1, "y", "z").input(-1, 4, 2).attribute("num_outputs", on(2)),
                split("uneven", 1, "y", "z").input(-1, 5).attribute("num_outputs", on(2)),
                split("sizes", 1, "y", "z", "w").input(-1, 6).constant(Tensor.vector(1, 3, 2)),
                split("last of maps", -1, "y", "z").input(-1, 2, 3, 5).constant(Tensor.vector(4, 1)),
                of("plain", "CumSum").input(-1, 5).constant(axis(1)),
                of("exclusive, reverse", "CumSum")
                        .input(-1, 5, 2)
                        .constant(axis(1))
                        .attribute("exclusive", on(1))
                        .attribute("reverse", on(1)),
                of("batch", "CumSum").input(-1).constant(axis(0)),
                of("rows of maps", "CumSum").input(-1, 2, 3, 5).constant(axis(-2)),
                of("upper", "Trilu").input(-1, 4, 5),
                of("matrix", "Trilu").input(5, 3),
                of("maps, shifted", "Trilu").input(-1, 2, 3, 4).constant(Tensor.ofLongs(new long[0], 2)),
                of("lower, shifted", "Trilu")
                        .input(-1, 4, 5)
                        .constant(Tensor.ofLongs(new long[0], -1))
                        .attribute("upper", on(0))));
        for (long block : new long[] {1, 2, 3}) {
            for (String mode : List.of("DCR", "CRD")) {
                GradientCase blocks = of(mode + ", blocks of " + block, "DepthToSpace")
                        .attribute("blocksize", on(block))
                        .attribute("mode", Attribute.of(mode));
                cases.add(blocks.input(-1, 3 * block * block, 2, 3));
                cases.add(blocks.input(2, block * block, 5, 1));
            }
            GradientCase blocks = of("blocks of " + block, "SpaceToDepth").attribute("blocksize", on(block));
            cases.add(blocks.input(-1, 2, 2 * block, 3 * block));
            cases.add(blocks.input(2, 3, 5 * block, block));
        }
        return cases;
    }

    private static Tensor axis(long axis) {
        return Tensor.ofLongs(new long[0], axis);
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }
}
