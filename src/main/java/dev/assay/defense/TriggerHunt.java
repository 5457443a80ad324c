package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.defense.NeuralCleanse.Descent;
import dev.assay.defense.NeuralCleanseEvidence.Screened;
import dev.assay.grad.DeployedGradient;
import dev.assay.grad.Estimator;
import dev.assay.grad.TriggerLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
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
    private final Map<Integer, Trigger> starts;
    private final SplittableRandom random;
    private long stepsInVain;

    TriggerHunt(Config config, Suspect suspect, DeployedGradient gradient) {
        this.config = config;
        this.suspect = suspect;
        this.gradient = gradient;
        this.random = new SplittableRandom(suspect.seed());
        ImageSet clean = suspect.clean();
        int held = Math.min(config.verificationImages(), clean.size() / 2);
        int[] drawn = random.ints(0, clean.size())
                .distinct()
                .limit(Math.min(clean.size(), held + config.images()))
                .toArray();
        this.verification = clean.subset(Arrays.copyOf(drawn, held));
        this.images = clean.subset(Arrays.copyOfRange(drawn, held, drawn.length));
        this.starts = suspect.startTriggers().stream()
                .collect(Collectors.toMap(
                        Trigger::target,
                        Function.identity(),
                        BinaryOperator.minBy(Comparator.comparingDouble(Trigger::norm))));
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
            NeuralCleanseVerdict verdict = new NeuralCleanseVerdict(config, frontiers);
            return verdict.of(evidence(searches, verdict, loss.imagesPerSlot()));
        }
    }

    private static boolean isOfOneClass(ImageSet images) {
        return Arrays.stream(images.labels()).distinct().count() < 2;
    }

    private List<TriggerFrontier> verify(Searches searches) {
        try (TriggerVerification artifact = new TriggerVerification(suspect.deployed(verification))) {
            return searches.full().entrySet().stream()
                    .map(entry -> TriggerFrontier.of(entry.getKey(), entry.getValue(), config.levels(), artifact))
                    .toList();
        }
    }

    private NeuralCleanseEvidence evidence(Searches searches, NeuralCleanseVerdict verdict, int imagesPerStep) {
        long steps = Stream.concat(
                        searches.full().values().stream().flatMap(List::stream), searches.screenedOnly().stream())
                .mapToLong(TriggerSearch::steps)
                .sum();
        return new NeuralCleanseEvidence(
                gradient.estimator().id(),
                images.size(),
                verification.size(),
                (steps + stepsInVain) * imagesPerStep,
                config.levels(),
                verdict.classes(),
                searches.screenedOnly().stream()
                        .map(search -> new Screened(search.target(), search.smallestNorm(), search.bestSuccess()))
                        .toList(),
                verdict.comparison().levels());
    }

    /**
     * All searches.
     *
     * @param full by class, those of the classes that are compared: one from scratch, and possibly one from a trigger
     * @param screenedOnly those of the other classes
     */
    private record Searches(Map<Integer, List<TriggerSearch>> full, List<TriggerSearch> screenedOnly) {}

    private Searches search(TriggerLoss loss) {
        int plane = images.height() * images.width();
        TriggerInversion inversion =
                new TriggerInversion(loss, plane, config.descent().turn());
        List<TriggerSearch> scratch = screened(inversion);

        SortedSet<Integer> compared = compared(scratch);
        List<TriggerSearch> warm = new ArrayList<>();
        for (int target : compared) {
            Trigger start = starts.get(target);
            if (start != null) {
                TriggerSearch search = search(
                        target, config.descent().warm(), config.schedule().warm());
                search.startFrom(start);
                warm.add(search);
            }
        }
        inversion.run(warm, TriggerSearch::isDone);
        Map<Integer, TriggerSearch> warmByClass =
                warm.stream().collect(Collectors.toMap(TriggerSearch::target, Function.identity()));
        // Where another deployment's trigger leads to a smaller one than searching from scratch, scratch ends here.
        Predicate<TriggerSearch> promises = search -> {
            TriggerSearch other = warmByClass.get(search.target());
            return other == null || search.smallestNorm() < other.smallestNorm();
        };
        inversion.run(
                scratch.stream()
                        .filter(search -> compared.contains(search.target()) && promises.test(search))
                        .filter(Predicate.not(TriggerSearch::isDone))
                        .toList(),
                TriggerSearch::isDone);
        return split(scratch, warm, compared);
    }

    /** Of several searches for each class, which chance starts elsewhere, the one that came to the smallest norm. */
    private List<TriggerSearch> screened(TriggerInversion inversion) {
        int attempts = isInBlocks() ? 1 : config.schedule().attempts();
        List<TriggerSearch> all = IntStream.range(
                        0, attempts * suspect.model().ports().classes())
                .mapToObj(i ->
                        search(i / attempts, fromScratch(), config.schedule().full()))
                .toList();
        inversion.run(
                all,
                search -> search.isDone() || search.steps() >= config.schedule().screening());
        stepsInVain = all.stream().mapToLong(TriggerSearch::steps).sum();
        List<TriggerSearch> best = IntStream.range(0, all.size() / attempts)
                .mapToObj(target -> all.subList(target * attempts, (target + 1) * attempts).stream()
                        .min(Comparator.comparingDouble(TriggerSearch::smallestNorm))
                        .orElseThrow())
                .toList();
        stepsInVain -= best.stream().mapToLong(TriggerSearch::steps).sum();
        return best;
    }

    private static Searches split(
            List<TriggerSearch> scratch, Collection<TriggerSearch> warm, SortedSet<Integer> compared) {
        Map<Integer, List<TriggerSearch>> full = new TreeMap<>();
        List<TriggerSearch> screened = new ArrayList<>();
        for (TriggerSearch search : scratch) {
            if (compared.contains(search.target())) {
                full.computeIfAbsent(search.target(), key -> new ArrayList<>()).add(search);
            } else {
                screened.add(search);
            }
        }
        warm.forEach(search ->
                full.computeIfAbsent(search.target(), key -> new ArrayList<>()).add(search));
        return new Searches(full, screened);
    }

    private Descent fromScratch() {
        return isInBlocks() ? config.descent().fromZero() : config.descent();
    }

    /** Differences are taken in blocks: a search has to start from equal pixels to stay in them. */
    private boolean isInBlocks() {
        return gradient.estimator() == Estimator.FINITE_DIFFERENCE;
    }

    private TriggerSearch search(int target, Descent descent, int steps) {
        int[] labels = images.labels();
        int[] pool = IntStream.range(0, labels.length)
                .filter(image -> labels[image] != target)
                .toArray();
        return new TriggerSearch(
                target, pool, images.height(), images.width(), descent, config.levels(), steps, random.nextLong());
    }

    /** All classes where they are few; else a random sample, and those with the smallest triggers so far. */
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
                .sorted(Comparator.comparingDouble(this::smallestKnownNorm))
                .limit(config.schedule().suspects())
                .forEach(search -> classes.add(search.target()));
        return classes;
    }

    private double smallestKnownNorm(TriggerSearch search) {
        Trigger start = starts.get(search.target());
        double startNorm = start == null ? Double.POSITIVE_INFINITY : start.norm();
        return Math.min(search.smallestNorm(), startNorm);
    }
}
