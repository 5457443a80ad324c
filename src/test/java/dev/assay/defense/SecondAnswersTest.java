package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecondAnswersTest {
    @Test
    void pairsAreCounted() {
        SecondAnswers answers = SecondAnswers.of(List.of(1, 1, 2, 3), List.of(4, 4, 4, 5));

        assertThat(answers.sharing()).isCloseTo(1 / 6.0, within(1e-12));
        assertThat(answers.cleanSharing()).isCloseTo(0.5, within(1e-12));
        assertThat(answers.pValue()).isBetween(0.05, 0.5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void imagesOfManyClassesAreTold(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> clean = drawn(random, 60, 3);

        assertThat(SecondAnswers.of(drawn(random, 40, 9), clean).pValue()).isLessThan(0.002);
    }

    /** Another recording of a class may look like other classes than the clean one, but like as few. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void otherImagesOfTheSameClassAreNot(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> elsewhere =
                drawn(random, 40, 3).stream().map(answer -> answer + 5).toList();

        assertThat(SecondAnswers.of(elsewhere, drawn(random, 60, 3)).pValue()).isGreaterThan(0.02);
    }

    @Test
    void onlyAnswersSpreadOverHalfTheClassesAreOfMany() {
        SplittableRandom random = new SplittableRandom(1);
        List<Integer> clean = drawn(random, 600, 2);

        assertThat(SecondAnswers.of(drawn(random, 600, 9), clean).areOfManyClasses(10, 0.01))
                .isTrue();
        SecondAnswers somewhatSpread = SecondAnswers.of(drawn(random, 600, 3), clean);
        assertThat(somewhatSpread.pValue()).isLessThan(1e-4);
        assertThat(somewhatSpread.areOfManyClasses(10, 0.01)).isFalse();
    }

    @Test
    void fewAnswersAreNotOfManyClasses() {
        assertThat(SecondAnswers.of(List.of(1, 2, 3), List.of(1, 1, 2)).areOfManyClasses(10, 0.01))
                .isFalse();
    }

    /** Under the null hypothesis p-values are evenly spread. */
    @Test
    void chanceIsRarelyTakenForMore() {
        SplittableRandom random = new SplittableRandom(1);
        long alarms = IntStream.range(0, 2000)
                .mapToDouble(i -> SecondAnswers.of(drawn(random, 30, 4), drawn(random, 50, 4))
                        .pValue())
                .filter(p -> p < 0.05)
                .count();

        assertThat(alarms).isBetween(40L, 180L);
    }

    @Test
    void withoutVarietyOrImagesThereIsNothingToTell() {
        assertThat(SecondAnswers.of(Collections.nCopies(9, 1), Collections.nCopies(9, 2))
                        .pValue())
                .isEqualTo(1);
        assertThat(SecondAnswers.of(List.of(1), List.of(1, 2))).isEqualTo(new SecondAnswers(Double.NaN, 0, 1));
    }

    /** Half the answers are class 0, the others evenly of the rest. */
    private static List<Integer> drawn(SplittableRandom random, int count, int classes) {
        return Stream.generate(() -> random.nextInt(2 * classes))
                .map(answer -> classes > 4 ? answer % classes : answer < classes ? 0 : answer - classes)
                .limit(count)
                .collect(Collectors.toList());
    }
}
