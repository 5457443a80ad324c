package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LowOutliersTest {
    private static final double SIGNIFICANCE = 0.01;

    private static LowOutliers of(double... logs) {
        return all(Arrays.stream(logs).map(Math::exp).toArray(), logs.length).orElseThrow();
    }

    private static Optional<LowOutliers> all(double[] norms, int among) {
        double[] weights = new double[norms.length];
        Arrays.fill(weights, 1);
        return LowOutliers.of(norms, weights, among, SIGNIFICANCE);
    }

    /** One-sided critical values of Grubbs' statistic G for n values (Grubbs and Beck, Technometrics 1972, table I). */
    @ParameterizedTest
    @CsvSource({
        "5, 0.05, 1.672",
        "5, 0.01, 1.749",
        "10, 0.05, 2.176",
        "10, 0.01, 2.410",
        "20, 0.05, 2.557",
        "20, 0.01, 2.884"
    })
    void probabilitiesAreThoseOfGrubbsTable(int n, double significance, double critical) {
        // Values 99 and 101 alternating, and the lowest one put where its G is the critical value.
        double[] values =
                IntStream.range(0, n).mapToDouble(i -> i % 2 == 0 ? 101 : 99).toArray();
        double low = 99;
        double high = 0;
        for (int i = 0; i < 100; i++) {
            values[0] = (low + high) / 2;
            if (grubbs(values) < critical) {
                low = values[0];
            } else {
                high = values[0];
            }
        }
        assertThat(p(values)[0]).isCloseTo(significance, within(0.03 * significance));
    }

    private static double[] p(double... logs) {
        return of(logs).standings().stream()
                .mapToDouble(LowOutliers.Standing::p)
                .toArray();
    }

    private static double grubbs(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
        return (mean - values[0]) / Math.sqrt(squares / (values.length - 1));
    }

    @Test
    void twoOutliersDoNotHideEachOther() {
        LowOutliers outliers = of(0.1, 0.2, -4, 0, -0.1, -4.1, 0.3, 0.15, -0.2, 0.05);

        assertThat(outliers.standings().get(2).p()).isLessThan(SIGNIFICANCE);
        assertThat(outliers.standings().get(5).p()).isLessThan(SIGNIFICANCE);
        assertThat(outliers.standings())
                .filteredOn(each -> each.p() < SIGNIFICANCE)
                .hasSize(2);
        assertThat(Math.log(outliers.line())).isBetween(-4.0, -0.2);
    }

    @Test
    void highValuesAreNoOutliers() {
        assertThat(Arrays.stream(p(0.1, 0.2, 5, 0, -0.1, 0.3, 0.15, -0.2))).allMatch(p -> p > 0.3);
    }

    /** Norms that Neural Cleanse came to on a net whose backdoor leads to the first class; the last search failed. */
    @Test
    void aSearchThatCameToNothingHidesNoOutlier() {
        double[] norms = {11.7, 40.5, 57.3, 41, 33.6, 25.3, 34, 27.7, 47.3, 363.3};
        double[] withoutTheLast = Arrays.copyOf(norms, 9);

        LowOutliers outliers = all(norms, norms.length).orElseThrow();
        LowOutliers others = all(withoutTheLast, norms.length).orElseThrow();

        assertThat(outliers.line()).isEqualTo(others.line());
        assertThat(outliers.standings().subList(0, 9)).isEqualTo(others.standings());
        assertThat(outliers.standings().get(0).p()).isLessThan(0.05);
        assertThat(outliers.standings().get(9).p()).isEqualTo(1);
    }

    @Test
    void anEmptyMaskIsAnOutlier() {
        double[] norms = {0, 20, 22, 25, 27, 30};

        assertThat(all(norms, 6).orElseThrow().standings().get(0).p()).isLessThan(SIGNIFICANCE);
    }

    @Test
    void equalOnesCannotBeTested() {
        assertThat(all(new double[] {3, 20, 20, 20, 20, 20}, 6)).isEmpty();
    }

    /** Normal values: as many false alarms as the significance says. */
    @Test
    void falseAlarmsAreAsRareAsTheSignificance() {
        SplittableRandom random = new SplittableRandom(1);
        int rounds = 4000;
        long alarms = IntStream.range(0, rounds)
                .filter(round -> Arrays.stream(p(random.doubles(10, 0, 1)
                                .map(u -> random.nextGaussian())
                                .toArray()))
                        .anyMatch(p -> p < 0.05))
                .count();
        assertThat((double) alarms / rounds).isBetween(0.04, 0.09);
    }

    /** More classes were screened than compared: chance had more opportunities. */
    @Test
    void screenedClassesCount() {
        double[] norms = {5, 20, 25, 30, 22, 28, 33, 27};

        double few = all(norms, 8).orElseThrow().standings().get(0).p();
        double many = all(norms, 43).orElseThrow().standings().get(0).p();

        assertThat(many).isCloseTo(few * 43 / 8, within(1e-9));
    }

    /** As the search of many classes compares them: those that a screening suspects, and a sample of the others. */
    private static double ofScreened(SplittableRandom random, double target, double correlation) {
        double[] logs = new double[43];
        double[] promises = new double[43];
        for (int i = 0; i < 43; i++) {
            logs[i] = i == 0 && target != 0 ? target : random.nextGaussian();
            promises[i] = correlation * logs[i] + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
        }
        SortedSet<Integer> suspects = IntStream.range(0, 43)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> promises[i]))
                .limit(6)
                .collect(Collectors.toCollection(TreeSet::new));
        SortedSet<Integer> drawn =
                random.ints(0, 43).distinct().limit(11).boxed().collect(Collectors.toCollection(TreeSet::new));
        drawn.removeAll(suspects);
        ClassSample sample = new ClassSample(43, suspects, drawn);
        int[] compared = sample.compared().stream().mapToInt(i -> i).toArray();
        double[] norms =
                IntStream.of(compared).mapToDouble(i -> Math.exp(logs[i])).toArray();
        double[] weights = IntStream.of(compared).mapToDouble(sample::weight).toArray();
        return LowOutliers.of(norms, weights, 43, SIGNIFICANCE).orElseThrow().standings().stream()
                .mapToDouble(LowOutliers.Standing::p)
                .min()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.9})
    void whatIsDrawnAmongManyRaisesNoMoreFalseAlarms(double correlation) {
        SplittableRandom random = new SplittableRandom(4);

        assertThat(share(2000, () -> ofScreened(random, 0, correlation) < SIGNIFICANCE))
                .isLessThan(SIGNIFICANCE);
    }

    /** With equal weights 24 % are found, and 35 % cleared. */
    @Test
    void suspectsThatLieLowThemselvesHideNoTarget() {
        SplittableRandom random = new SplittableRandom(5);

        assertThat(share(1000, () -> ofScreened(random, -5, 0.9) < SIGNIFICANCE))
                .isGreaterThan(0.38);
        assertThat(share(1000, () -> ofScreened(random, -5, 0.9) > 0.05)).isLessThan(0.17);
    }

    private static double share(int rounds, BooleanSupplier event) {
        return IntStream.range(0, rounds).filter(round -> event.getAsBoolean()).count() / (double) rounds;
    }
}
