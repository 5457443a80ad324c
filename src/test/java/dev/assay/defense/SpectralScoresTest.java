package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectralScoresTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aDirectionOfTheirOwnSeparatesHalfOfTheImages(long seed) {
        SpectralScores planted = scores(features(seed, 4, 30));
        SpectralScores clean = scores(features(seed, 4, 0));

        assertThat(planted.separation()).isGreaterThan(100);
        assertThat(planted.auc()).isGreaterThan(0.65);
        assertThat(clean.separation()).isLessThan(2);
        assertThat(clean.auc()).isBetween(0.35, 0.65);
    }

    @Test
    void randomDivisionsMixThePoison() {
        ClassFeatures features = features(1, 4, 30);

        assertThat(SpectralScores.ofRandomDivision(features, new SplittableRandom(1))
                        .separation())
                .isLessThan(0.05 * scores(features).separation());
    }

    @Test
    void theSpanOfTheImagesKeepsTheScores() {
        ClassFeatures many = features(1, 400, 30);
        ClassFeatures few = many.inOwnSpan();

        assertThat(few.judged().get(0).length).isLessThanOrEqualTo(110);
        assertThat(scores(few).separation()).isCloseTo(scores(many).separation(), within(1e-6));
        assertThat(few.inOwnSpan()).isSameAs(few);
    }

    @Test
    void featuresThatNeverVaryGiveNoScore() {
        List<double[]> same =
                IntStream.range(0, 20).mapToObj(i -> new double[3]).toList();
        SpectralScores scores = SpectralScores.of(same, same);

        assertThat(scores.separation()).isZero();
        assertThat(scores.auc()).isEqualTo(0.5);
    }

    private static SpectralScores scores(ClassFeatures features) {
        return SpectralScores.of(features.judged(), features.clean());
    }

    /** Sixty judged and fifty clean images, of which the first judged lie far out along the last feature. */
    private static ClassFeatures features(long seed, int size, int poisoned) {
        SplittableRandom random = new SplittableRandom(seed);
        List<double[]> all = IntStream.range(0, 110)
                .mapToObj(image -> {
                    double[] features = new double[size];
                    Arrays.setAll(features, i -> random.nextGaussian());
                    features[size - 1] += image < poisoned ? 25 : 0;
                    return features;
                })
                .toList();
        return new ClassFeatures(0, all.subList(0, 60), List.of(), List.of(), 0, all.subList(60, 110), List.of(), 0);
    }
}
