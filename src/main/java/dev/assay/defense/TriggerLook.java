package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanse.Descent;
import dev.assay.defense.NeuralCleanse.Schedule;
import dev.assay.grad.Estimator;
import dev.assay.grad.TriggerLoss;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The searches of one schedule for the triggers of classes: from several starts, screened, the best to the end. */
final class TriggerLook {
    private final Schedule schedule;
    private final Descent descent;
    private final List<Double> levels;
    private final ImageSet images;
    private final Map<Integer, List<Trigger>> starts;
    private final TriggerInversion inversion;
    private final Estimator estimator;
    private final SplittableRandom random;

    /**
     * A look.
     *
     * @param schedule how long is searched
     * @param descent how
     * @param levels shares of success to aim at
     * @param images to optimize on
     * @param starts triggers to start from
     * @param loss of triggers on these images
     */
    TriggerLook(
            Schedule schedule,
            Descent descent,
            List<Double> levels,
            ImageSet images,
            Collection<Trigger> starts,
            TriggerLoss loss,
            SplittableRandom random) {
        this.schedule = schedule;
        this.descent = descent;
        this.levels = levels;
        this.images = images;
        this.starts = starts.stream()
                .sorted(Comparator.comparingDouble(Trigger::norm))
                .collect(Collectors.groupingBy(Trigger::target));
        this.inversion = new TriggerInversion(loss, images.height() * images.width(), descent.turn());
        this.estimator = loss.estimator();
        this.random = random;
    }

    /**
     * What searches found.
     *
     * @param full one search for each class that is compared
     * @param screenedOnly those of the other classes
     * @param sample the classes that are compared
     * @param steps of all searches, those included that came to nothing
     */
    record Found(List<TriggerSearch> full, List<TriggerSearch> screenedOnly, ClassSample sample, long steps) {}

    /** Searches for all classes, and goes on with those that are compared. */
    Found at(int classes) {
        List<TriggerSearch> first = IntStream.range(0, classes)
                .mapToObj(target -> schedule.attempts() == 1 ? fromNearest(target) : fromAnywhere(target))
                .toList();
        inversion.run(first, this::isScreened);
        ClassSample sample = ClassSample.of(
                first.stream().mapToDouble(this::promise).toArray(), schedule.suspects(), schedule.drawn(), random);
        Set<Integer> compared = sample.compared();
        Map<Boolean, List<TriggerSearch>> goesOn =
                first.stream().collect(Collectors.partitioningBy(search -> compared.contains(search.target())));
        List<TriggerSearch> screenedOnly = goesOn.getOrDefault(false, List.of());
        return toTheEnd(goesOn.getOrDefault(true, List.of()), screenedOnly, sample, steps(screenedOnly));
    }

    /** Searches anew for the classes that were compared. */
    Found again(Found before) {
        List<TriggerSearch> first = before.full().stream()
                .map(search -> fromAnywhere(search.target()))
                .toList();
        return toTheEnd(first, before.screenedOnly(), before.sample(), before.steps());
    }

    /** For each class, of several searches from different starts the one that came to the smallest norm goes on. */
    private Found toTheEnd(
            List<TriggerSearch> first, List<TriggerSearch> screenedOnly, ClassSample sample, long stepsBefore) {
        List<List<TriggerSearch>> attempts = first.stream()
                .map(search -> Stream.concat(Stream.of(search), further(search.target()))
                        .toList())
                .toList();
        List<TriggerSearch> all = attempts.stream().flatMap(List::stream).toList();
        inversion.run(all.stream().filter(Predicate.not(this::isScreened)).toList(), this::isScreened);
        List<TriggerSearch> best = attempts.stream()
                .map(ofClass -> ofClass.stream()
                        .min(Comparator.comparingDouble(TriggerSearch::smallestNorm))
                        .orElseThrow())
                .toList();
        inversion.run(best.stream().filter(Predicate.not(TriggerSearch::isDone)).toList(), TriggerSearch::isDone);
        return new Found(best, screenedOnly, sample, stepsBefore + steps(all));
    }

    private boolean isScreened(TriggerSearch search) {
        return search.isDone() || search.steps() >= schedule.screening();
    }

    /** The searches beside the first: one from the nearest start, the others from random ones. */
    private Stream<TriggerSearch> further(int target) {
        // From equal pixels there is but one way.
        int ways = !isInBlocks() ? Integer.MAX_VALUE : starts(target).isEmpty() ? 1 : 2;
        return IntStream.range(1, Math.min(ways, schedule.attempts()))
                .mapToObj(attempt -> attempt == 1 ? fromNearest(target) : fromAnywhere(target));
    }

    /** From the smallest trigger to start from, or from anywhere if there is none. */
    private TriggerSearch fromNearest(int target) {
        return starts(target).stream()
                .findFirst()
                .map(start -> {
                    TriggerSearch search = search(target, descent.warm(), schedule.warm());
                    search.startFrom(start);
                    return search;
                })
                .orElseGet(() -> fromAnywhere(target));
    }

    private TriggerSearch fromAnywhere(int target) {
        return search(target, isInBlocks() ? descent.fromZero() : descent, schedule.full());
    }

    private static long steps(Collection<TriggerSearch> searches) {
        return searches.stream().mapToLong(TriggerSearch::steps).sum();
    }

    /** Differences are taken in blocks: a search has to start from equal pixels to stay in them. */
    private boolean isInBlocks() {
        return estimator == Estimator.FINITE_DIFFERENCE;
    }

    private TriggerSearch search(int target, Descent how, int limit) {
        int[] labels = images.labels();
        int[] pool = IntStream.range(0, labels.length)
                .filter(image -> labels[image] != target)
                .toArray();
        return new TriggerSearch(target, pool, images.height(), images.width(), how, levels, limit, random.nextLong());
    }

    /** How small a trigger a class seems to have. */
    private double promise(TriggerSearch search) {
        return starts(search.target()).stream().mapToDouble(Trigger::norm).reduce(search.normPerSuccess(), Math::min);
    }

    /** The triggers of a class to start from, the smallest first. */
    List<Trigger> starts(int target) {
        return starts.getOrDefault(target, List.of());
    }
}
