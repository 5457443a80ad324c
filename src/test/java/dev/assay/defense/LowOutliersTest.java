package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.defense.LowOutliers.Standing;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
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
        Map<Integer, Double> byClass = new TreeMap<>();
        for (int i = 0; i < norms.length; i++) {
            byClass.put(i, norms[i]);
        }
        return LowOutliers.of(byClass, ClassSample.all(among), SIGNIFICANCE);
    }

    private static Standing standing(LowOutliers outliers, int target) {
        return Objects.requireNonNull(outliers.standings().get(target));
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
        return of(logs).standings().values().stream().mapToDouble(Standing::p).toArray();
    }

    private static double grubbs(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum();
        return (mean - values[0]) / Math.sqrt(squares / (values.length - 1));
    }

    @Test
    void twoOutliersDoNotHideEachOther() {
        LowOutliers outliers = of(0.1, 0.2, -4, 0, -0.1, -4.1, 0.3, 0.15, -0.2, 0.05);

        assertThat(standing(outliers, 2).p()).isLessThan(SIGNIFICANCE);
        assertThat(standing(outliers, 5).p()).isLessThan(SIGNIFICANCE);
        assertThat(outliers.standings().values())
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
        assertThat(outliers.standings()).containsAllEntriesOf(others.standings());
        assertThat(standing(outliers, 0).p()).isLessThan(0.05);
        assertThat(standing(outliers, 9).p()).isEqualTo(1);
    }

    @Test
    void anEmptyMaskIsAnOutlier() {
        double[] norms = {0, 20, 22, 25, 27, 30};

        assertThat(standing(all(norms, 6).orElseThrow(), 0).p()).isLessThan(SIGNIFICANCE);
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

    /** Classes that were searched, and are not compared: chance had more opportunities. */
    @Test
    void allClassesCount() {
        double[] norms = {5, 20, 25, 30, 22, 28, 33, 27};

        double few = standing(all(norms, 8).orElseThrow(), 0).p();
        double many = standing(all(norms, 43).orElseThrow(), 0).p();

        assertThat(many).isCloseTo(few * 43 / 8, within(1e-9));
    }

    /**
     * The lowest p of 43 classes of which some are compared, as the search of many classes compares them.
     *
     * @param target the logarithm of the first class's norm; 0 for one like the others
     * @param correlation of what the screening promises with the logarithms
     */
    private static double ofScreened(SplittableRandom random, double target, double correlation) {
        double[] logs = random.doubles(43).map(u -> random.nextGaussian()).toArray();
        if (target != 0) {
            logs[0] = target;
        }
        double[] promises = DoubleStream.of(logs)
                .map(log -> correlation * log + Math.sqrt(1 - correlation * correlation) * random.nextGaussian())
                .toArray();
        ClassSample sample = ClassSample.of(promises, 6, 11, random);
        Map<Integer, Double> norms =
                sample.compared().stream().collect(Collectors.toMap(each -> each, each -> Math.exp(logs[each])));
        return LowOutliers.of(norms, sample, SIGNIFICANCE).orElseThrow().standings().values().stream()
                .mapToDouble(Standing::p)
                .min()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.7, 0.9, 1})
    void comparingSomeOfManyRaisesNoMoreFalseAlarms(double correlation) {
        SplittableRandom random = new SplittableRandom(4);

        assertThat(share(2000, () -> ofScreened(random, 0, correlation) < SIGNIFICANCE))
                .isLessThan(1.2 * SIGNIFICANCE);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.52, 0.14", "0.7, 0.67, 0.06", "0.9, 0.88, 0.02"})
    void aTargetAmongManyIsFoundAsWellAsTheScreeningForetells(double correlation, double found, double cleared) {
        SplittableRandom random = new SplittableRandom(5);

        assertThat(share(1000, () -> ofScreened(random, -5, correlation) < SIGNIFICANCE))
                .isGreaterThan(found);
        assertThat(share(1000, () -> ofScreened(random, -5, correlation) > 0.05))
                .isLessThan(cleared);
    }

    /** Those missing did not reach a level: a fit to the others would say that their norms differ little. */
    @Test
    void whereManyNormsAreMissingOnlyWeightsCount() {
        double[] promises = new SplittableRandom(6).doubles(43).toArray();
        ClassSample sample = ClassSample.of(promises, 6, 11, new SplittableRandom(6));
        Map<Integer, Double> norms =
                sample.compared().stream().collect(Collectors.toMap(each -> each, each -> Math.exp(promises[each])));
        double all = LowOutliers.of(norms, sample, SIGNIFICANCE).orElseThrow().line();
        sample.drawn().stream().limit(2).forEach(norms::remove);
        double nearlyAll =
                LowOutliers.of(norms, sample, SIGNIFICANCE).orElseThrow().line();
        sample.drawn().stream().skip(2).limit(1).forEach(norms::remove);
        double some = LowOutliers.of(norms, sample, SIGNIFICANCE).orElseThrow().line();

        // The screening foretells these norms nearly exactly, so that few degrees of freedom are lost.
        assertThat(nearlyAll).isBetween(0.7 * all, 1.4 * all);
        assertThat(some).isLessThan(0.7 * all);
    }

    private static double share(int rounds, BooleanSupplier event) {
        return IntStream.range(0, rounds).filter(round -> event.getAsBoolean()).count() / (double) rounds;
    }
}
