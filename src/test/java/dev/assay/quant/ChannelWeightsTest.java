package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.ir.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelWeightsTest {
    private static final Tensor MATRIX = Tensor.ofFloats(new long[] {2, 3}, 127, -63.5f, 1, 254, 12.7f, -2);

    @Test
    void eachIndexOfTheAxisHasItsScale() {
        assertThat(ChannelWeights.of(MATRIX, 0, Rounding.NEAREST).scales().floats())
                .containsExactly(1, 2);
        assertThat(ChannelWeights.of(MATRIX, 1, Rounding.NEAREST).scales().floats())
                .containsExactly(2, 0.5f, 2 / 127f);
        assertThat(ChannelWeights.perTensor(MATRIX, Rounding.NEAREST).scales()).isEqualTo(Tensor.scalar(2));
    }

    @Test
    void levelsRoundHalfToEvenAndKeepTheirPlaces() {
        assertThat(ChannelWeights.of(MATRIX, 0, Rounding.NEAREST).quantized().longs())
                .containsExactly(127, -64, 1, 127, 6, -1);
        assertThat(ChannelWeights.of(MATRIX, 1, Rounding.NEAREST).quantized().longs())
                .containsExactly(64, -127, 64, 127, 25, -127);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void searchedScalesAreNeverWorse(int axis) {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 20; round++) {
            float[] values = new float[60];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.pow(random.nextGaussian(), 3);
            }
            Tensor weights = Tensor.ofFloats(new long[] {6, 10}, values);
            assertThat(error(weights, axis, Rounding.MSE)).isLessThanOrEqualTo(error(weights, axis, Rounding.NEAREST));
        }
    }

    private static double error(Tensor weights, int axis, Rounding rounding) {
        ChannelWeights chosen = ChannelWeights.of(weights, axis, rounding);
        long[] levels = chosen.quantized().longs();
        float[] scales = chosen.scales().floats();
        float[] values = weights.floats();
        double error = 0;
        for (int i = 0; i < values.length; i++) {
            double scale = scales[axis == 0 ? i / 10 : i % 10];
            error += Math.pow(values[i] - scale * levels[i], 2);
        }
        return error;
    }

    @Test
    void scalesGrowWhereABiasWouldOverflow() {
        float[] bias = {1e6f, 0.5f};
        ChannelWeights fitting = ChannelWeights.of(MATRIX, 0, Rounding.NEAREST).fitting(bias, 1e-6f);
        float[] scales = fitting.scales().floats();
        assertThat(scales[0]).isGreaterThan(900);
        assertThat(scales[1]).isEqualTo(2);
        assertThat((double) fitting.bias(bias, 1e-6f).ints()[0] * scales[0] * 1e-6f)
                .isCloseTo(1e6, within(1.0));
    }

    @Test
    void aDeadChannelKeepsItsBias() {
        Tensor dead = Tensor.ofFloats(new long[] {2, 2}, 0, 0, 0, 0);
        float[] bias = {0.3f, 0};
        ChannelWeights fitting = ChannelWeights.of(dead, 0, Rounding.NEAREST).fitting(bias, 0.02f);
        double restored = fitting.bias(bias, 0.02f).ints()[0]
                * (double) fitting.biasScales(0.02f).floats()[0];
        assertThat(restored).isCloseTo(0.3, within(1e-6));
        assertThat(fitting.scales().floats()[1]).isEqualTo(1);
        assertThat(fitting.quantized().longs()).containsOnly(0);
    }
}
