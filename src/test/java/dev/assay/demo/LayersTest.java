package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LayersTest {
    private static final double STEP = 1e-3;
    private static final int IMAGES = 5;
    private static final int SIDE = 8;

    private final SplittableRandom random = new SplittableRandom(3);

    /** Smooth layers only: near the kinks of Relu and MaxPool differences say nothing. */
    private final Layer smooth = Chain.of(
            new Conv(2, 4, 2, random, false),
            new BatchNorm(4),
            new Residual(Chain.of(new Conv(4, 4, 1, random, false), new BatchNorm(4))),
            new Head(4, 3, random));

    @Test
    void gradientsAreSlopes() {
        Maps input = randomMaps(2, IMAGES, SIDE);
        Maps direction = randomMaps(3, IMAGES, 1);
        smooth.forward(input);
        Maps byInput = smooth.backward(direction);
        for (Weights weights : smooth.weights()) {
            float[] gradients = weights.gradients.clone();
            assertSlope(weights.values, gradients, input, direction);
        }
        assertSlope(input.values(), byInput.values(), input, direction);
    }

    /** Moves the values along one random line, and the product with {@code direction} must change as the gradient says. */
    private void assertSlope(float[] values, float[] gradients, Maps input, Maps direction) {
        float[] start = values.clone();
        float[] line = randomValues(values.length);
        double expected = 0;
        for (int i = 0; i < line.length; i++) {
            expected += line[i] * gradients[i];
        }
        double above = at(values, start, line, STEP, input, direction);
        double below = at(values, start, line, -STEP, input, direction);
        System.arraycopy(start, 0, values, 0, start.length);
        assertThat((above - below) / (2 * STEP)).isCloseTo(expected, within(0.01 * (1 + Math.abs(expected))));
    }

    private double at(float[] values, float[] start, float[] line, double step, Maps input, Maps direction) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (start[i] + step * line[i]);
        }
        float[] outputs = smooth.forward(input).values();
        double product = 0;
        for (int i = 0; i < outputs.length; i++) {
            product += outputs[i] * direction.values()[i];
        }
        return product;
    }

    @Test
    void poolingAndReluPassGradientsWhereValuesCameFrom() {
        Layer layer = Chain.of(new Relu(), new MaxPool());
        Maps input = Maps.zero(1, 1, 2);
        input.values()[1] = 2;
        input.values()[2] = 1;
        Maps gradient = Maps.zero(1, 1, 1);
        gradient.values()[0] = 7;
        assertThat(layer.forward(input).values()).containsExactly(2);
        assertThat(layer.backward(gradient).values()).containsExactly(0, 7, 0, 0);
    }

    @Test
    void productsAreSumsOfProducts() {
        int m = 3;
        int k = 11;
        int n = 700;
        float[] a = randomValues(m * k);
        float[] b = randomValues(k * n);
        float[] c = new float[m * n];
        Products.multiply(a, b, c, m, k, n);
        float[] bTransposed = Products.transpose(b, k, n);
        for (int i = 0; i < c.length; i++) {
            double sum = 0;
            for (int j = 0; j < k; j++) {
                sum += (double) a[i / n * k + j] * bTransposed[i % n * k + j];
            }
            assertThat((double) c[i]).isCloseTo(sum, within(1e-5));
        }
    }

    private Maps randomMaps(int channels, int images, int side) {
        Maps maps = Maps.zero(channels, images, side);
        float[] values = randomValues(maps.values().length);
        System.arraycopy(values, 0, maps.values(), 0, values.length);
        return maps;
    }

    private float[] randomValues(int count) {
        float[] values = new float[count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
