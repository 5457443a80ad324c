package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.math.LogProbabilities;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
 * Judged is what {@link JudgedOrigin} names first: training images as they are; clean images stamped with the known
 * trigger, those of its target class left out; or clean images stamped in turn with the smallest triggers that Neural
 * Cleanse inverted on the deployment.
 *
 * <p>Images are added with weight 1 each in 8-bit pixel space and cut off at the brightest level, before preprocessing,
 * so that a trigger of the brightest level stays as it is.
 *
 * <p>Deviations from the paper: entropies are in nats, not bits, which scales all of them alike. All inputs get the same
 * overlays, not each its own, which leaves the mean as it is and takes the choice of overlays out of the comparison; its
 * 100 overlays are the thorough budget's, the standard one's are half as many. A
 * trigger's blended levels are rounded, as an image file rounds them. The paper judges single inputs; the verdict on the
 * deployment is this project's: {@code DETECTED} when the share of judged inputs below the threshold reaches
 * {@link Config#minimumShare} and is above the clean share by an exact one-sided binomial test, where the clean share is
 * the false rejection rate or, if that is higher because entropies are not normal, what the threshold really rejects of
 * the clean inputs. Otherwise {@code INCONCLUSIVE} when the threshold lies below the mean entropy of clean images without
 * any overlay, so that an input whose answers overlays do not disturb at all would pass too; seen on confident models,
 * where entropies are far from normal. Inverted triggers are no proof either: on known clean models some of them keep
 * their answer under overlays as a backdoor does (up to three quarters of the inputs, measured), so what would be a
 * detection is {@code INCONCLUSIVE} too where those are judged.
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
     * @param suspectClasses classes with the smallest inverted triggers, where those are judged, at most
     * @param falseRejectionRate share of clean inputs that the threshold is meant to reject
     * @param significance largest p-value of the binomial test that counts
     * @param minimumShare smallest share of rejected inputs that counts
     */
    public record Config(
            int overlays,
            int cleanInputs,
            int judgedInputs,
            int suspectClasses,
            double falseRejectionRate,
            double significance,
            double minimumShare) {
        /** Overlays and false rejection rate of the paper. */
        public static final Config DEFAULTS = new Config(100, 100, 100, 3, 0.01, 0.001, 0.05);

        /** Three eighths of the work: half the overlays, half the judged inputs. */
        public static final Config STANDARD = DEFAULTS.withSizes(50, 100, 50);

        /** About a quarter of the work. */
        public static final Config QUICK = DEFAULTS.withSizes(32, 128, 32);

        /** Four times the inputs. */
        public static final Config THOROUGH = DEFAULTS.withSizes(100, 400, 400);

        private Config withSizes(int newOverlays, int newCleanInputs, int newJudgedInputs) {
            return new Config(
                    newOverlays,
                    newCleanInputs,
                    newJudgedInputs,
                    suspectClasses,
                    falseRejectionRate,
                    significance,
                    minimumShare);
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
        if (!StripInputs.suffice(suspect.clean(), config)) {
            return DefenseResult.notApplicable(
                    ID,
                    "pass more images with --data: expected more than %d, got %d"
                            .formatted(
                                    config.cleanInputs() + config.overlays(),
                                    suspect.clean().size()));
        }
        StripInputs inputs = StripInputs.draw(suspect, config);
        if (inputs.judged().size() == 0) {
            return DefenseResult.notApplicable(
                    ID, "pass more images with --data: none outside the trigger's target class is left to stamp");
        }
        try (Classifier classifier = suspect.open()) {
            List<Answer> clean = answers(suspect, classifier, inputs.clean(), inputs.overlays());
            List<Answer> judged = answers(suspect, classifier, inputs.judged(), inputs.overlays());
            Scores plain = scores(suspect, classifier, suspect.source(inputs.plain()));
            double[] undisturbed = IntStream.range(0, plain.images())
                    .mapToDouble(image -> entropy(plain, image))
                    .toArray();
            EntropyComparison entropies = EntropyComparison.of(
                    entropiesOf(clean), entropiesOf(judged), undisturbed, config.falseRejectionRate());
            return verdict(entropies, clean, judged, inputs.origin());
        }
    }

    /** An input's entropy, and the class that it was given most often under its overlays. */
    private record Answer(double entropy, int topClass) {}

    private static List<Answer> answers(Suspect suspect, Classifier classifier, ImageSet inputs, ImageSet overlays) {
        Scores scores = scores(suspect, classifier, new Superposition(inputs, overlays, suspect::source));
        return IntStream.range(0, inputs.size())
                .mapToObj(input -> answer(scores, input * overlays.size(), overlays.size()))
                .toList();
    }

    private static Scores scores(Suspect suspect, Classifier classifier, ImageSource images) {
        return Scores.of(
                classifier.scores(images),
                suspect.model().ports(),
                suspect.artifact().toString());
    }

    private static double entropy(Scores scores, int image) {
        return LogProbabilities.entropy(scores.logProbabilities(image));
    }

    private static Answer answer(Scores scores, int first, int overlays) {
        double entropy = IntStream.range(first, first + overlays)
                .mapToDouble(image -> entropy(scores, image))
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

    private DefenseResult verdict(
            EntropyComparison entropies, List<Answer> clean, List<Answer> judged, JudgedOrigin origin) {
        StripEvidence evidence = new StripEvidence(
                config.overlays(),
                entropies.mean(),
                entropies.deviation(),
                entropies.threshold(),
                clean.stream().map(Answer::entropy).toList(),
                judged.stream().map(Answer::entropy).toList(),
                origin.words(),
                config.falseRejectionRate(),
                1 - entropies.rejectedShare());
        boolean low = entropies.rejectedShare() >= config.minimumShare() && entropies.pValue() < config.significance();
        Decision decision = low
                ? origin.provesBackdoor() ? Decision.DETECTED : Decision.INCONCLUSIVE
                : entropies.isBlind() ? Decision.INCONCLUSIVE : Decision.NOT_DETECTED;
        return new DefenseResult(
                ID,
                decision,
                !low && entropies.isBlind() ? blindness(entropies) : rejections(entropies, origin, low),
                entropies.rejectedShare(),
                config.minimumShare(),
                decision == Decision.DETECTED ? List.of(likelyTarget(judged, entropies.threshold())) : List.of(),
                evidence);
    }

    private String rejections(EntropyComparison entropies, JudgedOrigin origin, boolean low) {
        return String.format(
                Locale.ROOT,
                "%d of %d %s lie below the entropy threshold, where %.1f %% of clean inputs do (%s)%s",
                entropies.rejected(),
                entropies.judged(),
                origin.words(),
                100 * entropies.cleanShare(),
                entropies.pValue() < config.significance()
                        ? "p < " + config.significance()
                        : String.format(Locale.ROOT, "p = %.3f", entropies.pValue()),
                low && !origin.provesBackdoor() ? "; inverted triggers of clean models can do so too" : "");
    }

    private static String blindness(EntropyComparison entropies) {
        return String.format(
                Locale.ROOT,
                "the model is too sure of itself: clean inputs have entropy %.3f ± %.3f nats under overlays, which puts"
                        + " the threshold at %.3f, but even without overlays it is %.3f",
                entropies.mean(),
                entropies.deviation(),
                entropies.threshold(),
                entropies.undisturbed());
    }

    private static int likelyTarget(List<Answer> judged, double threshold) {
        return mostFrequent(
                judged.stream().filter(answer -> answer.entropy() < threshold).mapToInt(Answer::topClass));
    }

    private static double[] entropiesOf(List<Answer> answers) {
        return answers.stream().mapToDouble(Answer::entropy).toArray();
    }
}
