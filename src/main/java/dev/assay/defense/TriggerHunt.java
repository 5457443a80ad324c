package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.defense.NeuralCleanse.Descent;
import dev.assay.defense.NeuralCleanseEvidence.Screened;
import dev.assay.grad.DeployedGradient;
import dev.assay.grad.Estimator;
import dev.assay.grad.TriggerLoss;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One run of {@link NeuralCleanse} on one deployment: searches, then verifies what they found. */
final class TriggerHunt {
    private final Config config;
    private final Suspect suspect;
    private final DeployedGradient gradient;
    private final ImageSet images;
    private final ImageSet verification;
    private final List<Double> levels;
    private final Map<Integer, List<Trigger>> starts;
    private final SplittableRandom random;
    private long stepsInVain;

    TriggerHunt(Config config, Suspect suspect, DeployedGradient gradient) {
        this.config = config;
        this.suspect = suspect;
        this.gradient = gradient;
        this.random = new SplittableRandom(suspect.seed());
        ImageSet clean = suspect.clean();
        int held = Math.min(config.verificationImages(), clean.size() / 2);
        ImageSet drawn = clean.drawn(held + config.images(), random);
        this.verification = drawn.slice(0, held);
        this.images = drawn.slice(held, drawn.size());
        this.levels = config.levelsTold(held);
        this.starts = suspect.startTriggers().stream()
                .sorted(Comparator.comparingDouble(Trigger::norm))
                .collect(Collectors.groupingBy(Trigger::target));
    }

    DefenseResult run() {
        if (isOfOneClass(images) || isOfOneClass(verification)) {
            return DefenseResult.notApplicable(
                    NeuralCleanse.ID, "pass images of more classes with --data: images of a class show no way to it");
        }
        try (TriggerLoss loss =
                gradient.open(suspect.deployed(images), config.slots(), config.imagesPerSlot(), suspect.seed())) {
            Searches searches = search(loss);
            List<TriggerFrontier> frontiers = verify(searches);
            NeuralCleanseVerdict verdict = new NeuralCleanseVerdict(
                    config, levels, frontiers, suspect.model().ports().classes());
            return verdict.of(evidence(searches, verdict, loss.imagesPerSlot()));
        }
    }

    private static boolean isOfOneClass(ImageSet images) {
        return Arrays.stream(images.labels()).distinct().count() < 2;
    }

    private List<TriggerFrontier> verify(Searches searches) {
        try (TriggerVerification artifact = new TriggerVerification(suspect.deployed(verification))) {
            return searches.full().stream()
                    .map(search -> TriggerFrontier.of(search, starts(search.target()), levels, artifact))
                    .toList();
        }
    }

    private NeuralCleanseEvidence evidence(Searches searches, NeuralCleanseVerdict verdict, int imagesPerStep) {
        long steps = steps(searches.full()) + steps(searches.screenedOnly()) + stepsInVain;
        return new NeuralCleanseEvidence(
                gradient.estimator().id(),
                images.size(),
                verification.size(),
                steps * imagesPerStep,
                levels,
                verdict.classes(),
                searches.screenedOnly().stream()
                        .map(search -> new Screened(search.target(), search.smallestNorm(), search.bestSuccess()))
                        .toList(),
                verdict.comparison().levels());
    }

    /**
     * All searches.
     *
     * @param full one for each class that is compared
     * @param screenedOnly those of the other classes
     */
    private record Searches(List<TriggerSearch> full, List<TriggerSearch> screenedOnly) {}

    private Searches search(TriggerLoss loss) {
        int plane = images.height() * images.width();
        TriggerInversion inversion =
                new TriggerInversion(loss, plane, config.descent().turn());
        List<TriggerSearch> first = IntStream.range(0, suspect.model().ports().classes())
                .mapToObj(target -> config.schedule().attempts() == 1 ? fromNearest(target) : fromAnywhere(target))
                .toList();
        inversion.run(first, this::isScreened);
        SortedSet<Integer> compared = compared(first);
        Map<Boolean, List<TriggerSearch>> goesOn =
                first.stream().collect(Collectors.partitioningBy(search -> compared.contains(search.target())));
        List<TriggerSearch> full = bestAttempts(goesOn.getOrDefault(true, List.of()), inversion);
        inversion.run(full.stream().filter(Predicate.not(TriggerSearch::isDone)).toList(), TriggerSearch::isDone);
        return new Searches(full, goesOn.getOrDefault(false, List.of()));
    }

    private boolean isScreened(TriggerSearch search) {
        return search.isDone() || search.steps() >= config.schedule().screening();
    }

    /** For each class, of several searches from different starts the one that came to the smallest norm. */
    private List<TriggerSearch> bestAttempts(List<TriggerSearch> first, TriggerInversion inversion) {
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
        stepsInVain = steps(all) - steps(best);
        return best;
    }

    /** The searches beside the first: one from another deployment's trigger, the others from random ones. */
    private Stream<TriggerSearch> further(int target) {
        // From equal pixels there is but one way.
        int ways = !isInBlocks() ? Integer.MAX_VALUE : starts(target).isEmpty() ? 1 : 2;
        return IntStream.range(1, Math.min(ways, config.schedule().attempts()))
                .mapToObj(attempt -> attempt == 1 ? fromNearest(target) : fromAnywhere(target));
    }

    /** From the smallest trigger of another deployment, or from anywhere if there is none. */
    private TriggerSearch fromNearest(int target) {
        return starts(target).stream()
                .findFirst()
                .map(start -> {
                    TriggerSearch search = search(
                            target, config.descent().warm(), config.schedule().warm());
                    search.startFrom(start);
                    return search;
                })
                .orElseGet(() -> fromAnywhere(target));
    }

    private TriggerSearch fromAnywhere(int target) {
        Descent descent = config.descent();
        return search(
                target,
                isInBlocks() ? descent.fromZero() : descent,
                config.schedule().full());
    }

    private static long steps(Collection<TriggerSearch> searches) {
        return searches.stream().mapToLong(TriggerSearch::steps).sum();
    }

    /** Differences are taken in blocks: a search has to start from equal pixels to stay in them. */
    private boolean isInBlocks() {
        return gradient.estimator() == Estimator.FINITE_DIFFERENCE;
    }

    private TriggerSearch search(int target, Descent descent, int limit) {
        int[] labels = images.labels();
        int[] pool = IntStream.range(0, labels.length)
                .filter(image -> labels[image] != target)
                .toArray();
        return new TriggerSearch(
                target,
                pool,
                images.height(),
                images.width(),
                descent,
                config.levelsAimedAt(verification.size()),
                limit,
                random.nextLong());
    }

    /** All classes where they are few; else a random sample, and those that promise the smallest triggers. */
    private SortedSet<Integer> compared(List<TriggerSearch> screened) {
        if (screened.size() <= config.schedule().compared() + config.schedule().suspects()) {
            return IntStream.range(0, screened.size()).boxed().collect(Collectors.toCollection(TreeSet::new));
        }
        SortedSet<Integer> classes = random.ints(0, screened.size())
                .distinct()
                .limit(config.schedule().compared())
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
        screened.stream()
                .sorted(Comparator.comparingDouble(this::promise))
                .limit(config.schedule().suspects())
                .forEach(search -> classes.add(search.target()));
        return classes;
    }

    /** How small a trigger a class seems to have. */
    private double promise(TriggerSearch search) {
        return starts(search.target()).stream().mapToDouble(Trigger::norm).reduce(search.normPerSuccess(), Math::min);
    }

    /** The triggers of a class that were found on other deployments, the smallest first. */
    private List<Trigger> starts(int target) {
        return starts.getOrDefault(target, List.of());
    }
}
