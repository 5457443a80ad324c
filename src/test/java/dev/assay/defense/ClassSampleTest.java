package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassSampleTest {
    private static ClassSample sample(double... promises) {
        return ClassSample.of(promises, 2, 3, new SplittableRandom(1));
    }

    @Test
    void fewClassesAreAllCompared() {
        ClassSample sample = sample(5, 4, 3, 2, 1);

        assertThat(sample.suspects()).isEmpty();
        assertThat(sample.compared()).containsExactly(0, 1, 2, 3, 4);
        assertThat(sample.scoresOfOthers()).isEmpty();
        assertThat(sample.weight(3)).isEqualTo(1);
    }

    @Test
    void thoseThatPromiseLeastAreSuspects() {
        ClassSample sample = sample(9, 8, 1, 7, 6, 2, 5, 4);

        assertThat(sample.classes()).isEqualTo(8);
        assertThat(sample.suspects()).containsExactly(2, 5);
        assertThat(sample.weight(2)).isEqualTo(1);
        assertThat(sample.drawn()).hasSize(3).doesNotContain(2, 5).allSatisfy(target -> assertThat(
                        sample.weight(target))
                .isEqualTo(2));
        assertThat(sample.scoresOfOthers()).hasSize(3);
    }

    /** One in each third of those that are left, from the most suspicious to the least. */
    @Test
    void theOthersAreDrawnFromAllOverTheRest() {
        SplittableRandom random = new SplittableRandom(3);
        double[] promises =
                IntStream.range(0, 14).mapToDouble(target -> 14 - target).toArray();
        int[] times = new int[14];
        for (int round = 0; round < 1000; round++) {
            ClassSample sample = ClassSample.of(promises, 2, 3, random);
            assertThat(sample.drawn().stream().map(target -> (11 - target) / 4)).containsExactly(2, 1, 0);
            sample.drawn().forEach(target -> times[target]++);
        }
        assertThat(Arrays.stream(times, 0, 12)).allMatch(count -> count > 200 && count < 300);
    }

    /** Φ⁻¹ of 1/16, 7/16 and 14/16. */
    @Test
    void scoresAreNormalByRankAndTiesShareTheirs() {
        ClassSample sample = sample(3, 1, Double.POSITIVE_INFINITY, 4, 2, Double.POSITIVE_INFINITY, 5, 6);

        assertThat(sample.score(1)).isCloseTo(-1.534, within(1e-3));
        assertThat(sample.score(3)).isCloseTo(-0.157, within(1e-3));
        assertThat(sample.score(2)).isEqualTo(sample.score(5));
        assertThat(sample.score(2)).isCloseTo(1.150, within(1e-3));
    }
}
