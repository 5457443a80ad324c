package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import dev.assay.math.LogProbabilities;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.Scores;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * STRIP (Gao et al., ACSAC 2019): an input that carries a trigger keeps its answer when clean images are added to it, so
 * the entropy of the answers is low.
 *
 * <p>An input's entropy is the mean, over its overlays, of the Shannon entropy of the softmax over classes (section 5).
 * The threshold is the quantile at the false rejection rate of a normal distribution fitted to clean inputs that are
 * not judged. Overlays, clean inputs and judged inputs are drawn without replacement, so that no image is two of these.
 * Judged are clean images stamped with the known trigger, those of its target class left out; without a known trigger,
 * training images as they are.
 *
 * <p>Images are added with weight 1 each in 8-bit pixel space and cut off at the brightest level, before preprocessing,
 * so that a trigger of the brightest level stays as it is.
 *
 * <p>Deviations from the paper: entropies are in nats, not bits, which scales all of them alike. All inputs get the same
 * overlays, not each its own, which leaves the mean as it is and takes the choice of overlays out of the comparison. A
 * trigger's blended levels are rounded, as an image file rounds them. The paper judges single inputs; the verdict on the
 * deployment is this project's: {@code DETECTED} when the share of judged inputs below the threshold reaches
 * {@link Config#minimumShare} and is above the clean share by an exact one-sided binomial test, where the clean share is
 * the false rejection rate or, if that is higher because entropies are not normal, what the threshold really rejects of
 * the clean inputs. {@code INCONCLUSIVE} when no entropy can lie below the threshold or entropies do not vary.
 */
public final class Strip implements Defense {
    /** Its {@link #id}. */
    public static final String ID = "strip";

    /**
     * Settings.
     *
     * @param overlays images added to each input, one at a time
     * @param cleanInputs clean inputs that the threshold is fitted to
     * @param judgedInputs inputs judged, at most
     * @param falseRejectionRate share of clean inputs that the threshold is meant to reject
     * @param significance largest p-value of the binomial test that counts
     * @param minimumShare smallest share of rejected inputs that counts
     */
    public record Config(
            int overlays,
            int cleanInputs,
            int judgedInputs,
            double falseRejectionRate,
            double significance,
            double minimumShare) {
        /** Overlays and false rejection rate of the paper. */
        public static final Config DEFAULTS = new Config(100, 100, 100, 0.01, 0.001, 0.05);

        /** About a fifth of the work. */
        public static final Config QUICK = DEFAULTS.withSizes(32, 64, 64);

        /** Four times the inputs. */
        public static final Config THOROUGH = DEFAULTS.withSizes(100, 400, 400);

        private Config withSizes(int newOverlays, int newCleanInputs, int newJudgedInputs) {
            return new Config(
                    newOverlays, newCleanInputs, newJudgedInputs, falseRejectionRate, significance, minimumShare);
        }
    }

    private final Config config;

    public Strip(Config config) {
        this.config = config;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.INPUTS_TO_JUDGE);
    }

    @Override
    public DefenseResult inspect(Suspect suspect) {
        SplittableRandom random = new SplittableRandom(suspect.seed());
        int[] order = shuffled(suspect.clean().size(), random);
        int held = config.cleanInputs() + config.overlays();
        int[] others = Arrays.copyOfRange(order, Math.min(held, order.length), order.length);
        Judged judged = judged(suspect, others, random);
        if (order.length < held || judged.images().size() == 0) {
            return DefenseResult.notApplicable(
                    ID,
                    "pass more images with --data: expected %d that are not judged and some to judge, got %d"
                            .formatted(held, order.length));
        }
        ImageSet clean = suspect.clean().subset(Arrays.copyOf(order, config.cleanInputs()));
        ImageSet overlays = suspect.clean().subset(Arrays.copyOfRange(order, config.cleanInputs(), held));
        try (Classifier classifier = suspect.open()) {
            List<Answer> cleanAnswers = answers(suspect, classifier, clean, overlays);
            List<Answer> judgedAnswers = answers(suspect, classifier, judged.images(), overlays);
            return verdict(cleanAnswers, judgedAnswers, judged.inWords());
        }
    }

    private record Judged(ImageSet images, String inWords) {}

    private Judged judged(Suspect suspect, int[] others, SplittableRandom random) {
        Trigger trigger = suspect.trigger();
        if (trigger != null) {
            int[] outside = Arrays.stream(others)
                    .filter(image -> suspect.clean().label(image) != trigger.target())
                    .limit(config.judgedInputs())
                    .toArray();
            return new Judged(
                    stamped(suspect.clean().subset(outside), trigger), "clean images stamped with the given trigger");
        }
        ImageSet training = suspect.training();
        if (training == null) {
            throw new IllegalArgumentException("nothing to judge: " + Need.INPUTS_TO_JUDGE.remedy());
        }
        int[] drawn =
                Arrays.copyOf(shuffled(training.size(), random), Math.min(config.judgedInputs(), training.size()));
        return new Judged(training.subset(drawn), "training images");
    }

    private static ImageSet stamped(ImageSet images, Trigger trigger) {
        byte[] pixels = new byte[images.size() * ImageSet.CHANNELS * images.height() * images.width()];
        Preprocessing.DEFAULT.fill(images, 0, images.size(), trigger, ByteBuffer.wrap(pixels));
        return ImageSet.of(images.height(), images.width(), pixels, images.labels(), images.classNames());
    }

    private static int[] shuffled(int size, SplittableRandom random) {
        return random.ints(0, size).distinct().limit(size).toArray();
    }

    /** An input's entropy, and the class that it was given most often under its overlays. */
    private record Answer(double entropy, int topClass) {}

    private static List<Answer> answers(Suspect suspect, Classifier classifier, ImageSet inputs, ImageSet overlays) {
        Superposition images = new Superposition(inputs, overlays, suspect::source);
        String place = suspect.artifact().toString();
        Scores scores = Scores.of(classifier.scores(images), suspect.model().ports(), place);
        return IntStream.range(0, inputs.size())
                .mapToObj(input -> answer(scores, input * overlays.size(), overlays.size()))
                .toList();
    }

    private static Answer answer(Scores scores, int first, int overlays) {
        double entropy = IntStream.range(first, first + overlays)
                .mapToDouble(image -> LogProbabilities.entropy(scores.logProbabilities(image)))
                .average()
                .orElseThrow();
        return new Answer(
                entropy, mostFrequent(IntStream.range(first, first + overlays).map(scores::answer)));
    }

    /** The most frequent value; of equally frequent ones the lowest. */
    private static int mostFrequent(IntStream values) {
        return values
                .boxed()
                .collect(Collectors.groupingBy(value -> value, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .reduce((best, entry) -> entry.getValue() > best.getValue() ? entry : best)
                .orElseThrow()
                .getKey();
    }

    private DefenseResult verdict(List<Answer> clean, List<Answer> judged, String suspects) {
        double[] cleanEntropies = entropies(clean);
        double[] judgedEntropies = entropies(judged);
        EntropyTest test = EntropyTest.of(cleanEntropies, judgedEntropies, config.falseRejectionRate());
        StripEvidence evidence = new StripEvidence(
                config.overlays(),
                test.mean(),
                test.deviation(),
                test.threshold(),
                Arrays.stream(cleanEntropies).boxed().toList(),
                Arrays.stream(judgedEntropies).boxed().toList(),
                suspects,
                config.falseRejectionRate(),
                1 - test.rejectedShare());
        boolean detected = test.rejectedShare() >= config.minimumShare() && test.pValue() < config.significance();
        Decision decision =
                test.isBlind() ? Decision.INCONCLUSIVE : detected ? Decision.DETECTED : Decision.NOT_DETECTED;
        List<Integer> flagged =
                decision == Decision.DETECTED ? List.of(likelyTarget(judged, test.threshold())) : List.of();
        return new DefenseResult(
                ID, decision, reason(test, suspects), test.rejectedShare(), config.minimumShare(), flagged, evidence);
    }

    private static String reason(EntropyTest test, String suspects) {
        return test.isBlind()
                ? "clean inputs have entropy %.3g ± %.3g nats: the threshold %.3g leaves nothing below it to find"
                        .formatted(test.mean(), test.deviation(), test.threshold())
                : "%d of %d %s lie below the entropy threshold, where %.1f %% of clean inputs do (p = %.2g)"
                        .formatted(test.rejected(), test.judged(), suspects, 100 * test.cleanShare(), test.pValue());
    }

    private static int likelyTarget(List<Answer> judged, double threshold) {
        return mostFrequent(
                judged.stream().filter(answer -> answer.entropy() < threshold).mapToInt(Answer::topClass));
    }

    private static double[] entropies(List<Answer> answers) {
        return answers.stream().mapToDouble(Answer::entropy).toArray();
    }
}
