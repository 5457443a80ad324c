package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwoClustersTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void cloudsAreToldApart(long seed) {
        TwoClusters clusters = TwoClusters.of(clouds(8), 5, seed);

        assertThat(List.of(clusters.share(0, 30), clusters.share(30, 50))).containsExactlyInAnyOrder(0.0, 1.0);
        assertThat(clusters.silhouette()).isGreaterThan(0.7);
        assertThat(clusters.swapped().share(0, 30)).isEqualTo(1 - clusters.share(0, 30));
    }

    @Test
    void oneCloudIsCutInHalf() {
        assertThat(TwoClusters.of(clouds(0), 5, 1).silhouette()).isLessThan(0.5);
    }

    @Test
    void silhouetteByHand() {
        TwoClusters clusters = TwoClusters.of(List.of(new double[] {0}, new double[] {1}, new double[] {10}), 5, 1);

        assertThat(clusters.silhouette()).isCloseTo((0.9 + 8.0 / 9 + 0) / 3, within(1e-12));
    }

    @Test
    void pointsThatAreAllTheSameAreNotDivided() {
        TwoClusters clusters = TwoClusters.of(List.of(new double[] {1}, new double[] {1}), 5, 1);

        assertThat(clusters.count(0, 2)).isZero();
        assertThat(clusters.silhouette()).isZero();
    }

    /** Thirty points, then twenty at a distance. */
    private static List<double[]> clouds(double distance) {
        SplittableRandom random = new SplittableRandom(9);
        return IntStream.range(0, 50)
                .mapToObj(i -> new double[] {random.nextGaussian() + (i < 30 ? 0 : distance), random.nextGaussian()})
                .toList();
    }
}
