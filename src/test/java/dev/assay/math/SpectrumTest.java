package dev.assay.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SpectrumTest {
    private static final Offset<Double> CLOSE = within(1e-9);

    @Test
    void singularValuesAndVectorsByHand() {
        Spectrum spectrum = Spectrum.of(List.of(new double[] {-3, 0}, new double[] {0, 2}, new double[] {0, 0}));

        assertThat(spectrum.squares()).containsExactly(new double[] {9, 4}, CLOSE);
        assertThat(spectrum.topShare()).isCloseTo(9.0 / 13, CLOSE);
        assertThat(spectrum.direction(0)).containsExactly(new double[] {1, 0}, CLOSE);
        assertThat(spectrum.coordinates(5).get(0)).containsExactly(new double[] {-3, 0}, CLOSE);
    }

    @Test
    void moreColumnsThanRowsGiveTheSameSpectrum() {
        List<double[]> tall = random(20, 6);
        List<double[]> wide = tall.stream().map(row -> Arrays.copyOf(row, 40)).toList();

        assertThat(Spectrum.of(wide).squares())
                .hasSize(20)
                .startsWith(Spectrum.of(tall).squares(), within(1e-6));
        assertThat(Spectrum.of(wide).direction(2))
                .startsWith(Spectrum.of(tall).direction(2), within(1e-6))
                .hasSize(40);
    }

    @Test
    void rotationsLeaveTheSquaresAndTurnTheCoordinatesAtMostAround() {
        List<double[]> rows = random(30, 3);
        List<double[]> turned = rows.stream()
                .map(row -> new double[] {0.6 * row[0] - 0.8 * row[1], 0.8 * row[0] + 0.6 * row[1], -row[2]})
                .toList();

        assertThat(Spectrum.of(turned).squares())
                .containsExactly(Spectrum.of(rows).squares(), CLOSE);
        for (int k = 0; k < 3; k++) {
            double same = Spectrum.of(rows).coordinates(3).get(7)[k];
            assertThat(Math.abs(Spectrum.of(turned).coordinates(3).get(7)[k])).isCloseTo(Math.abs(same), CLOSE);
        }
    }

    @Test
    void zerosHaveNoDirection() {
        Spectrum spectrum = Spectrum.of(List.of(new double[2], new double[2]));

        assertThat(spectrum.topShare()).isZero();
        assertThat(spectrum.direction(0)).containsExactly(0, 0);
    }

    private static List<double[]> random(int rows, int columns) {
        SplittableRandom random = new SplittableRandom(3);
        return Stream.generate(() -> {
                    double[] row = new double[columns];
                    Arrays.setAll(row, i -> random.nextGaussian() * (i + 1));
                    return row;
                })
                .limit(rows)
                .toList();
    }
}
