package dev.assay.defense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.defense.NeuralCleanse.Descent;
import dev.assay.grad.Estimator;
import dev.assay.grad.TriggerBatch;
import dev.assay.grad.TriggerLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TriggerSearchTest {
    private static final int SIDE = 16;
    private static final int[] POOL = IntStream.range(100, 180).toArray();

    /** As many pixels as twice the class's number plus two, from the middle on. */
    private static int[] patch(int target) {
        return IntStream.range(0, 2 * target + 2).map(i -> 120 + i).toArray();
    }

    private static TriggerSearch search(int target, Descent descent, int steps) {
        return new TriggerSearch(target, POOL, SIDE, SIDE, descent, Config.DEFAULTS.levels(), steps, target);
    }

    private static List<TriggerSearch> run(int slots, int classes) {
        List<TriggerSearch> searches = IntStream.range(0, classes)
                .mapToObj(target -> search(target, Descent.DEFAULTS, 400))
                .toList();
        new TriggerInversion(new PatchLoss(slots, 16, TriggerSearchTest::patch), SIDE * SIDE, Descent.DEFAULTS.turn())
                .run(searches, TriggerSearch::isDone);
        return searches;
    }

    @Test
    void findsTheSmallestTriggerOfEachClass() {
        for (TriggerSearch search : run(2, 5)) {
            int[] patch = patch(search.target());
            assertThat(search.isDone()).isTrue();
            assertThat(search.steps()).isLessThanOrEqualTo(400);
            assertThat(search.bestSuccess()).isGreaterThan(0.99);
            assertThat(search.smallestNorm()).isBetween(0.5 * patch.length, 1.0 * patch.length + 2);
            float[] mask = search.candidates().get(0).trigger().mask();
            double inside =
                    Arrays.stream(patch).mapToDouble(pixel -> mask[pixel]).sum();
            assertThat(inside).isGreaterThan(0.6 * search.smallestNorm());
        }
    }

    @Test
    void frontRisesInNormFromTheLowestLevelOn() {
        for (TriggerSearch search : run(1, 3)) {
            List<Candidate> front = search.candidates();
            assertThat(front).hasSizeGreaterThan(1);
            for (int i = 1; i < front.size(); i++) {
                assertThat(front.get(i).norm()).isGreaterThan(front.get(i - 1).norm());
            }
            assertThat(front).allSatisfy(met -> assertThat(met.success()).isGreaterThanOrEqualTo(0.9));
            assertThat(front.get(0).trigger().target()).isEqualTo(search.target());
        }
    }

    /** The smallest trigger comes first; then the mask grows where a higher level needs it. */
    @Test
    void levelsAreAimedAtFromTheLowestUp() {
        int steps = 400;
        List<Double> successes = new ArrayList<>();
        Descent relentless = new Descent(Squash.TANH, 0.1, 0.2, 0.5, 0.9, 1e-3, 2, 10, 1, 1000, 0.99);
        new TriggerInversion(
                        new Watched(new PatchLoss(1, 16, TriggerSearchTest::patch), successes),
                        SIDE * SIDE,
                        relentless.turn())
                .run(List.of(search(3, relentless, steps)), TriggerSearch::isDone);

        assertThat(successes).hasSize(steps);
        double lowest = mean(successes.subList(steps / 4, steps / 2));
        double middle = mean(successes.subList(steps / 2, 3 * steps / 4));
        double highest = mean(successes.subList(3 * steps / 4, steps));
        assertThat(lowest).isLessThan(middle);
        assertThat(middle).isLessThan(highest);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElseThrow();
    }

    /** Keeps the success of each step of the first slot. */
    private record Watched(TriggerLoss loss, List<Double> successes) implements TriggerLoss {
        @Override
        public int slots() {
            return loss.slots();
        }

        @Override
        public int imagesPerSlot() {
            return loss.imagesPerSlot();
        }

        @Override
        public Estimator estimator() {
            return loss.estimator();
        }

        @Override
        public void evaluate(TriggerBatch batch) {
            loss.evaluate(batch);
            successes.add((double) batch.successes()[0]);
        }

        @Override
        public void close() {
            loss.close();
        }
    }

    /** What a class's search finds follows from its seed alone, not from what is searched beside it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void sameSeedSameTriggersWhateverIsSearchedBeside(int slots) {
        List<TriggerSearch> alone = run(1, 5);
        List<TriggerSearch> beside = run(slots, 5);
        for (int i = 0; i < alone.size(); i++) {
            List<Candidate> front = alone.get(i).candidates();
            List<Candidate> other = beside.get(i).candidates();
            assertThat(other)
                    .extracting(Candidate::norm)
                    .isEqualTo(front.stream().map(Candidate::norm).toList());
            assertThat(other.get(0).trigger().pattern())
                    .isEqualTo(front.get(0).trigger().pattern());
        }
    }

    @Test
    void drawsItsImagesInTurn() {
        TriggerSearch search = search(0, Descent.DEFAULTS, 100);
        TriggerBatch batch = new TriggerBatch(1, POOL.length / 2, SIDE * SIDE);
        for (int round = 0; round < 3; round++) {
            search.prepare(batch, 0, POOL.length / 2);
            int[] first = batch.images().clone();
            search.prepare(batch, 0, POOL.length / 2);
            assertThat(IntStream.concat(Arrays.stream(first), Arrays.stream(batch.images()))
                            .sorted()
                            .toArray())
                    .isEqualTo(POOL);
        }
    }

    @Test
    void startsFromATrigger() {
        float[] mask = new float[SIDE * SIDE];
        float[] pattern = new float[3 * SIDE * SIDE];
        Arrays.fill(mask, 0.25f);
        Arrays.fill(pattern, 0.75f);
        for (Squash squash : Squash.values()) {
            Descent descent = new Descent(squash, 0, 0.1, 0.5, 0.9, 1e-3, 2, 10, 1, 6, 0.99);
            TriggerSearch search = search(0, descent, 100);
            assertThat(search.trigger().mask()).containsOnly(0.5f);
            search.startFrom(Trigger.of(0, SIDE, SIDE, mask, pattern));
            assertThat(search.trigger().mask()).containsExactly(mask, within(1e-5f));
            assertThat(search.trigger().pattern()).containsExactly(pattern, within(1e-5f));
        }
    }

    @Test
    void neverSucceedingEndsWithoutCandidates() {
        TriggerSearch search = search(0, Descent.DEFAULTS, 100);
        new TriggerInversion(PatchLoss.flat(2), SIDE * SIDE, Descent.DEFAULTS.turn())
                .run(List.of(search), TriggerSearch::isDone);

        assertThat(search.isDone()).isTrue();
        assertThat(search.candidates()).isEmpty();
        assertThat(search.smallestNorm()).isInfinite();
        assertThat(search.bestSuccess()).isZero();
    }

    /** A model that answers a class whatever it sees: its mask shrinks as far as numbers go, and stays a trigger. */
    @Test
    void alwaysSucceedingShrinksTheMaskToAlmostNothing() {
        Descent relentless = new Descent(Squash.TANH, 0.5, 1, 0.5, 0.9, 1e-3, 2, 10, 1, 1000, 0.99);
        TriggerSearch search = search(0, relentless, 1000);
        new TriggerInversion(new AlwaysRight(), SIDE * SIDE, relentless.turn())
                .run(List.of(search), TriggerSearch::isDone);

        assertThat(search.smallestNorm()).isBetween(0.0, 1e-4);
        Candidate smallest = search.candidates().get(0).measured(trigger -> 1);
        assertThat(InvertedTrigger.of(smallest).trigger().norm()).isEqualTo(smallest.norm());
    }

    /** Everything is led to every class. */
    private record AlwaysRight() implements TriggerLoss {
        @Override
        public int slots() {
            return 1;
        }

        @Override
        public int imagesPerSlot() {
            return 1;
        }

        @Override
        public Estimator estimator() {
            return Estimator.EXACT;
        }

        @Override
        public void evaluate(TriggerBatch batch) {
            batch.successes()[0] = 1;
            Arrays.fill(batch.maskGradients(), batch.normWeights()[0]);
        }

        @Override
        public void close() {}
    }

    /**
     * The figure that a study took for the norm of triggers on 8-bit models: what its optimizer makes of a gradient of
     * zero, in single precision, for every class of every model.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 42})
    void aZeroGradientGivesTheSeedStudysNorm(int target) {
        TriggerSearch search =
                new TriggerSearch(target, POOL, 32, 32, Descent.SEED_STUDY, Config.DEFAULTS.levels(), 50, target);
        new TriggerInversion(PatchLoss.flat(4), 32 * 32, Descent.SEED_STUDY.turn())
                .run(List.of(search), TriggerSearch::isDone);

        assertThat(search.steps()).isEqualTo(50);
        double norm = search.trigger().norm();
        assertThat(norm).isCloseTo(27.903867721557617, within(1e-3));
    }
}
