package dev.assay.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class VectorsTest {
    @Test
    void cosineByHand() {
        assertThat(Vectors.cosine(new double[] {3, 4}, new double[] {4, 3})).isCloseTo(24.0 / 25, within(1e-12));
        assertThat(Vectors.cosine(new double[] {1, 0}, new double[] {-2, 0})).isCloseTo(-1, within(1e-12));
    }

    @Test
    void cosineOfZeroVectors() {
        assertThat(Vectors.cosine(new double[2], new double[2])).isEqualTo(1);
        assertThat(Vectors.cosine(new double[2], new double[] {1, 0})).isZero();
    }
}
