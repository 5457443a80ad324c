package dev.assay.grad;

import dev.assay.ir.Attribute;
import dev.assay.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ActivationGradientsTest {
    /** A scalar, one number an image, signals and maps of odd sizes; -1 is the batch. */
    private static final List<long[]> SHAPES = List.of(new long[0], dims(-1), dims(-1, 3, 4), dims(-1, 2, 3, 5));

    private static long[] dims(long... dims) {
        return dims;
    }

    private static GradientCase of(String name, String op) {
        return GradientCase.of(name, op);
    }

    /** Spread over five units, 0.03 or more away from every whole number. */
    private static double spread(double x) {
        double scaled = 5 * x;
        double part = scaled - Math.floor(scaled);
        return Math.floor(scaled) + 0.03 + 0.94 * part;
    }

    private static GradientCase wide(String name, String op) {
        return wide(name, op, -1, 3, 4);
    }

    private static GradientCase wide(String name, String op, long... dims) {
        return of(name, op).mapped(ActivationGradientsTest::spread, dims).inFloat();
    }

    static List<GradientCase> cases() {
        List<GradientCase> cases = new ArrayList<>();
        for (String op : List.of(
                "Relu",
                "LeakyRelu",
                "ThresholdedRelu",
                "Elu",
                "Selu",
                "Celu",
                "Sigmoid",
                "HardSigmoid",
                "HardSwish",
                "Tanh",
                "Softplus",
                "Softsign",
                "Mish",
                "Clip",
                "com.microsoft.QuickGelu")) {
            SHAPES.forEach(shape -> cases.add(wide(Arrays.toString(shape), op, shape)));
        }
        for (long[] shape : SHAPES) {
            String name = Arrays.toString(shape);
            cases.add(wide("exact, " + name, "Gelu", shape).atOpset(20));
            cases.add(wide("tanh, " + name, "Gelu", shape).atOpset(20).attribute("approximate", Attribute.of("tanh")));
            cases.add(wide(name, "com.microsoft.Gelu", shape));
        }
        for (long[] shape : List.of(dims(4), dims(-1, 3), dims(-1, 3, 4), dims(-1, 2, 3, 5))) {
            long features = shape[shape.length - 1];
            for (String op : List.of("com.microsoft.BiasGelu", "com.microsoft.FastGelu")) {
                cases.add(wide("bias, " + Arrays.toString(shape), op, shape).input(features));
            }
            cases.add(wide("no bias, " + Arrays.toString(shape), "com.microsoft.FastGelu", shape));
        }
        for (float alpha : new float[] {0, 0.3f, 1.5f, -0.5f}) {
            Attribute value = Attribute.of(alpha);
            for (String op : List.of("LeakyRelu", "Elu", "ThresholdedRelu")) {
                cases.add(wide("alpha " + alpha, op).attribute("alpha", value));
            }
        }
        cases.addAll(List.of(
                of("double", "Relu").input(-1, 5),
                wide("alpha", "Celu").attribute("alpha", Attribute.of(1.7f)),
                wide("alpha, gamma", "Selu")
                        .attribute("alpha", Attribute.of(0.7f))
                        .attribute("gamma", Attribute.of(2f)),
                wide("alpha, beta", "HardSigmoid")
                        .attribute("alpha", Attribute.of(0.5f))
                        .attribute("beta", Attribute.of(0.5f)),
                wide("alpha", "com.microsoft.QuickGelu").attribute("alpha", Attribute.of(1f)),
                wide("slope a channel", "PRelu").constant(Tensor.ofFloats(new long[] {3, 1}, 0.1f, 0.2f, 0)),
                wide("a negative slope", "PRelu").constant(Tensor.ofFloats(new long[] {3, 1}, 0.1f, -0.2f, 0)),
                wide("slope varied", "PRelu").input(3, 1),
                wide("one slope varied", "PRelu").input(1),
                wide("maps, slope a channel varied", "PRelu", -1, 2, 3, 5).input(2, 1, 1),
                wide("scalar slope varied", "PRelu", -1).input(),
                wide("both bounds", "Clip").constant(Tensor.scalar(-1)).constant(Tensor.scalar(3)),
                wide("lower bound", "Clip").constant(Tensor.scalar(0)),
                wide("upper bound", "Clip").absent().constant(Tensor.scalar(2)),
                wide("huge bounds", "Clip").constant(Tensor.scalar(-1e30f)).constant(Tensor.scalar(1e30f)),
                wide("no bounds", "Clip")
                        .constant(Tensor.scalar(-Float.MAX_VALUE))
                        .constant(Tensor.scalar(Float.MAX_VALUE)),
                wide("bounds varied", "Clip").mapped(x -> x - 2.5).mapped(x -> x + 2.5),
                of("double, bounds varied", "Clip")
                        .input(-1, 7)
                        .mapped(x -> x / 2 - 0.5)
                        .mapped(x -> x / 2 + 0.5)));
        for (String op : List.of("Softmax", "LogSoftmax")) {
            cases.add(of("last axis", op).input(-1, 5));
            cases.add(of("axis 1", op).input(-1, 3, 4).attribute("axis", Attribute.of(1)));
            cases.add(of("axis 0", op).input(3, 4).attribute("axis", Attribute.of(0)));
            cases.add(of("channels of maps", op).input(-1, 3, 2, 5).attribute("axis", Attribute.of(-3)));
            cases.add(of("one axis", op).input(5));
        }
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> centralDifferences() {
        return GradientCase.tests(cases());
    }

    @TestFactory
    Stream<DynamicTest> kinks() {
        double[] x = {-1, 0, 0.5, 6};
        GradientCase relu6 = of("6", "Clip").input(4).constant(Tensor.scalar(0)).constant(Tensor.scalar(6));
        return Stream.of(
                of("float", "Relu").input(4).inFloat().pinned(x, 0, 0, 1, 1),
                of("double", "Relu").input(4).pinned(x, 0, 0, 1, 1),
                of("slope below", "LeakyRelu")
                        .input(4)
                        .inFloat()
                        .attribute("alpha", Attribute.of(0.25f))
                        .pinned(x, 0.25, 0.25, 1, 1),
                relu6.inFloat().pinned(x, 0, 0, 1, 0),
                of("just within", "Clip")
                        .input(4)
                        .constant(Tensor.scalar(0))
                        .constant(Tensor.scalar(6))
                        .inFloat()
                        .pinned(
                                new double[] {Math.nextUp(0.1f), Math.nextDown(6f), Math.nextUp(6f), 1e-20},
                                1,
                                1,
                                0,
                                1),
                of("ends", "HardSigmoid")
                        .input(4)
                        .inFloat()
                        .attribute("alpha", Attribute.of(0.5f))
                        .pinned(new double[] {-1, -0.5, 1, 2}, 0, 0.5, 0, 0),
                of("ends", "HardSwish").input(4).inFloat().pinned(new double[] {-4, -3, 3, 4}, 0, 0, 1, 1));
    }
}
