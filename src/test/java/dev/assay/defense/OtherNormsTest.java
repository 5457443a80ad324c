package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.defense.OtherNorms.Log;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OtherNormsTest {
    private static List<Log> logs(double[] values, double[] scores) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> new Log(i, values[i], 1, scores[i]))
                .toList();
    }

    /** Student's t of one more value. */
    @Test
    void allNormsAreComparedAsTheyAre() {
        OtherNorms others = OtherNorms.of(logs(new double[] {1, 2, 3, 4, 5, 6}, new double[6]), new double[0]);

        assertThat(others.mean()).isEqualTo(3.5);
        assertThat(others.degrees()).isCloseTo(5, within(1e-12));
        assertThat(others.standardError()).isCloseTo(Math.sqrt(3.5 * (1 + 1.0 / 6)), within(1e-12));
    }

    /** A screening that foretells them exactly makes the known ones and the others one sample. */
    @Test
    void whatIsForetoldExactlyIsAsGoodAsKnown() {
        double[] known = {0, 1, 2, 5, 7, 9};
        double[] others = {3, 4, 6, 8};
        double[] all = DoubleStream.concat(DoubleStream.of(known), DoubleStream.of(others))
                .sorted()
                .toArray();
        double[] values = DoubleStream.of(known).map(score -> 10 + 2 * score).toArray();
        double[] allValues = DoubleStream.of(all).map(score -> 10 + 2 * score).toArray();

        OtherNorms foretold = OtherNorms.of(logs(values, known), others);
        OtherNorms searched = OtherNorms.of(logs(allValues, all), new double[0]);

        assertThat(foretold.mean()).isCloseTo(searched.mean(), within(1e-9));
        assertThat(foretold.standardError()).isCloseTo(searched.standardError(), within(1e-9));
        assertThat(foretold.degrees()).isCloseTo(searched.degrees(), within(1e-9));
    }

    /** Scores that say nothing of the values: the others' scores change neither mean nor standard error much. */
    @Test
    void aScreeningThatForetellsNothingCostsADegreeOfFreedom() {
        double[] values = {1, 3, 3, 1, 1, 3, 3, 1};
        double[] scores = {-2, -2, -1, -1, 1, 1, 2, 2};

        OtherNorms others = OtherNorms.of(logs(values, scores), new double[] {-1.5, 0, 1.5});

        assertThat(others.mean()).isCloseTo(2, within(1e-12));
        assertThat(others.standardError()).isCloseTo(Math.sqrt(8.0 / 6 * (1 + 1.0 / 8)), within(1e-12));
        assertThat(others.degrees()).isCloseTo(6, within(1e-9));
    }

    /** A norm that stands for two classes counts twice towards the mean. */
    @Test
    void normsWeighAsManyClassesAsTheyStandFor() {
        List<Log> logs = List.of(new Log(0, 1, 2, 0), new Log(1, 4, 1, 0), new Log(2, 7, 1, 0));

        assertThat(OtherNorms.of(logs, new double[0]).mean()).isEqualTo(3.25);
        assertThat(OtherNorms.of(logs, new double[0]).degrees()).isCloseTo(16.0 / 6 - 1, within(1e-12));
    }

    /** Weights, slope, residuals, and scores that lie elsewhere: computed apart from the formulas of its Javadoc. */
    @Test
    void aSampleIsCompletedByWhatTheScreeningTells() {
        double[] values = {1, 2.5, 3, 5, 6.5, 7, 9};
        double[] weights = {1, 1, 2, 2, 1, 3, 2};
        double[] scores = {-2, -1, -0.5, 0.5, 0, 1.5, 2};
        List<Log> logs = IntStream.range(0, 7)
                .mapToObj(i -> new Log(i, values[i], weights[i], scores[i]))
                .toList();

        OtherNorms others = OtherNorms.of(logs, new double[] {-1.5, 0.25, 1, 2.5});

        assertThat(others.mean()).isCloseTo(5.014285714, within(1e-9));
        assertThat(others.standardError()).isCloseTo(3.054942132, within(1e-9));
        assertThat(others.degrees()).isCloseTo(8.135187785, within(1e-9));
    }

    /** As where screening came to nothing for all but one class: rounding must not make a line of it. */
    @Test
    void scoresThatAreAllOneTellNothing() {
        double[] values = {1, 2, 4, 4, 5, 8};
        double[] scores = new double[6];
        Arrays.fill(scores, 0.1 + 0.2);
        scores[3] = 0.3;

        assertThat(OtherNorms.of(logs(values, scores), new double[] {0.3, 2}))
                .isEqualTo(OtherNorms.of(logs(values, scores), new double[0]));
    }

    @Test
    void tailAndLineAgree() {
        OtherNorms others = OtherNorms.of(logs(new double[] {1, 2, 4, 4, 5, 8}, new double[6]), new double[0]);

        assertThat(others.tail(others.below(0.003))).isCloseTo(0.003, within(1e-9));
        assertThat(others.tail(others.mean())).isCloseTo(0.5, within(1e-12));
    }
}
