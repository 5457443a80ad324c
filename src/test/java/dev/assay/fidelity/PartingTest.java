package dev.assay.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.fidelity.Fidelity.Layer;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartingTest {
    @Test
    void ratioOfSignalAndNoise() {
        Sqnr sqnr = new Sqnr();
        sqnr.add(3, 3);
        sqnr.add(1, 0);

        assertThat(sqnr.decibels()).isCloseTo(10, within(1e-12));
    }

    @Test
    void ratiosWithoutNoiseWithoutSignalAndWithoutNumbersAreCapped() {
        Sqnr same = new Sqnr();
        same.add(2, 2);
        Sqnr noise = new Sqnr();
        noise.add(0, 1);
        Sqnr nothing = new Sqnr();
        nothing.add(1, Double.NaN);

        assertThat(same.decibels()).isEqualTo(Sqnr.CAP_DB);
        assertThat(noise.decibels()).isEqualTo(-Sqnr.CAP_DB);
        assertThat(nothing.decibels()).isEqualTo(-Sqnr.CAP_DB);
    }

    @Test
    void largestDropAmongNoisyLayersAndFirstLowOne() {
        Layer exact = new Layer("exact", Sqnr.CAP_DB);
        Layer first = new Layer("first", 40);
        Layer second = new Layer("second", 25);
        Layer third = new Layer("third", 15);

        assertThat(Parting.of(List.of(exact, first, second, third))).contains(new Parting(second, 15, third));
    }

    @Test
    void oneNoisyLayerPartsFromNothing() {
        assertThat(Parting.of(List.of(new Layer("exact", Sqnr.CAP_DB), new Layer("noisy", 30))))
                .isEmpty();
    }
}
