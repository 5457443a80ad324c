package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class IndexGradientsTest {
    private static GradientCase of(String name, String op, long... dims) {
        return GradientCase.of(name, op).input(dims);
    }

    private static GradientCase topK(String name) {
        return GradientCase.of(name, Node.of("TopK", List.of(), "y", "indices")).withoutGradientOfLast(1);
    }

    private static Tensor longs(long[] dims, long... values) {
        return Tensor.ofLongs(dims, values);
    }

    private static long[] dims(long... dims) {
        return dims;
    }

    static List<GradientCase> cases() {
        Attribute one = Attribute.of(1);
        Attribute add = Attribute.of("add");
        return List.of(
                of("one token", "Gather", -1, 4, 3).constant(longs(dims(), -1)).attribute("axis", one),
                of("one token, axis kept", "Gather", -1, 4, 3)
                        .constant(Tensor.vector(1))
                        .attribute("axis", one),
                of("an image", "Gather", -1, 3).constant(longs(dims(), 1)),
                of("rows, some twice", "Gather", 5, 3).constant(Tensor.vector(0, 4, -1, 0)),
                of("images", "Gather", -1, 3).constant(Tensor.vector(1, 0)),
                of("a matrix of indices", "Gather", -1, 5, 2)
                        .constant(longs(dims(2, 3), 0, 4, 4, 1, 0, 0))
                        .attribute("axis", one),
                of("overlapping windows", "Gather", -1, 5, 2)
                        .constant(Tensor.ofInts(dims(4, 2), 0, 1, 1, 2, 2, 3, 3, 4))
                        .attribute("axis", one),
                of("INT32 indices", "Gather", 6, 2).constant(Tensor.ofInts(dims(3), 5, 5, 5)),
                of("last axis", "Gather", -1, 2, 4)
                        .constant(Tensor.vector(3, 3, 1))
                        .attribute("axis", Attribute.of(-1)),
                topK("last axis").input(-1, 5).constant(Tensor.vector(2)),
                topK("smallest of axis 1")
                        .input(-1, 5, 2)
                        .constant(Tensor.vector(3))
                        .attribute("axis", one)
                        .attribute("largest", Attribute.of(0)),
                topK("batch").input(4).constant(Tensor.vector(2)),
                topK("rows of maps")
                        .input(-1, 2, 5, 3)
                        .constant(Tensor.vector(1))
                        .attribute("axis", Attribute.of(-2)),
                of("some twice", "GatherElements", 3, 4)
                        .constant(longs(dims(3, 2), 0, 0, 3, -1, 2, 1))
                        .attribute("axis", one),
                of("rows of the batch", "GatherElements", -1, 4).constant(longs(dims(2, 4), 0, 1, 0, 1, 0, 0, 1, 1)),
                of("last axis", "GatherElements", 2, 3, 4)
                        .constant(longs(dims(2, 1, 3), 3, 0, 3, 1, 1, -1))
                        .attribute("axis", Attribute.of(-1)),
                of("one axis", "GatherElements", 5).constant(Tensor.vector(4, 0, 4)),
                of("elements", "GatherND", 3, 4).constant(longs(dims(3, 2), 0, 1, 2, 3, 0, 1)),
                of("rows", "GatherND", -1, 4).constant(longs(dims(2, 1), 1, 1)),
                of("columns, some twice", "GatherND", 3, 4, 2).constant(longs(dims(2, 2, 2), 0, 1, 2, 3, 0, 1, 1, -1)),
                of("numbers", "GatherND", 5).constant(longs(dims(2, 1), 4, 0)),
                of("replacing elements", "ScatterND", 2, 3, 2)
                        .constant(longs(dims(2, 3), 0, 2, 1, 1, 0, 0))
                        .input(2),
                of("adding columns", "ScatterND", -1, 3, 2)
                        .constant(longs(dims(3, 2), 0, 1, 1, 2, 0, 1))
                        .input(3, 2)
                        .attribute("reduction", add),
                of("replacing", "ScatterND", 4, 3)
                        .constant(longs(dims(2, 1), 3, 0))
                        .input(2, 3),
                of("adding", "ScatterND", 4, 3)
                        .constant(longs(dims(3, 1), 3, 0, 3))
                        .input(3, 3)
                        .attribute("reduction", add),
                of("replacing, last axis", "ScatterElements", -1, 2, 4)
                        .constant(longs(dims(1, 2, 2), 3, 0, 1, -1))
                        .input(1, 2, 2)
                        .attribute("axis", Attribute.of(-1)),
                of("adding, one axis", "ScatterElements", 5)
                        .constant(Tensor.vector(4, 0, 4))
                        .input(3)
                        .attribute("reduction", add),
                of("replacing", "ScatterElements", 3, 4)
                        .constant(longs(dims(3, 2), 0, 1, 3, -2, 2, 1))
                        .input(3, 2)
                        .attribute("axis", one),
                of("adding", "ScatterElements", 3, 4)
                        .constant(longs(dims(2, 4), 0, 1, 0, 1, 0, 0, 1, 1))
                        .input(2, 4)
                        .attribute("reduction", add));
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }
}
