package dev.assay.defense;

import dev.assay.defense.FeatureVerdict.LabelScore;
import dev.assay.defense.SpectralSignaturesEvidence.ClassSpectrum;
import dev.assay.defense.SpectralSignaturesEvidence.SpectralClass;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;

/**
 * Spectral Signatures (Tran et al., NeurIPS 2018): images that a trigger leads to a class share a direction in feature
 * space, which stands out in the spectrum of all images labelled with the class.
 *
 * <p>Label by label, the penultimate features of the deployed artifact are centred, and every image is scored with the
 * square of its projection onto the top right singular vector (algorithm 1). Only images that the model answers with
 * their label count.
 *
 * <p>The paper removes the highest scores from every class, a backdoor or not; as a verdict on a model that needs a
 * statistic, and it is this project's. Deviations: features are centred at the mean of images known to be clean, not at
 * the mean of all, which the poison moves: where it makes half of a label's images, as a tenth of a data set of ten
 * classes does, both halves lie equally far from the mean of all, and no score tells them apart. A label's separation is
 * the mean score of its judged images, in variances of the clean ones (the paper's lemma 3.1 asks for 1 + 6 of poison that
 * its scores can filter). It counts when it exceeds that of every random division of the same judged and clean images, and
 * scores of judged and of clean images differ beyond chance by the two-sample Kolmogorov-Smirnov test. Training images
 * that lie out far are asked for their {@link SecondAnswers} too, for these need not be drawn like clean ones. From which
 * separation on a label is flagged, {@link FeatureVerdict} says. Random divisions stand in for the law of Marchenko and
 * Pastur, which holds for features without correlations; a class's features have many.
 */
public final class SpectralSignatures implements Defense {
    /** Its {@link #id}. */
    public static final String ID = "spectral-signatures";

    private static final int MOST_DRAWN = 3;
    private static final int DRAWN_VALUES = 20;
    private static final int DRAWN_SCORES = 200;
    private static final double REMOVED = 1.5;
    private static final double INLIERS = 95;

    /**
     * Settings.
     *
     * @param set what is judged
     * @param divisions random ones that a spectrum is compared with
     * @param significance p-value, over all labels, below which a separation counts
     * @param foreign p-value below which second answers count as those of many other classes, for each label by itself
     * @param poisoned the paper's ε: the share of a label's images that are taken to be poisoned, for what to remove
     * @param limits of the separations
     */
    public record Config(
            JudgedSet.Config set,
            int divisions,
            double significance,
            double foreign,
            double poisoned,
            FeatureVerdict.Limits limits) {
        /**
         * The paper's ε. At a separation of 2 half of the judged images' mean square is more than that of clean ones.
         * With inverted triggers the limits are measured on known models.
         */
        public static final Config DEFAULTS = new Config(
                new JudgedSet.Config(128, 10, 0.1), 40, 0.001, 0.01, 0.1, new FeatureVerdict.Limits(2, 15, 7.5, 2));

        /** Half the images and divisions. */
        public static final Config QUICK = DEFAULTS.withSizes(64, 20);

        /** Twice the images and divisions. */
        public static final Config THOROUGH = DEFAULTS.withSizes(256, 80);

        private Config withSizes(int images, int newDivisions) {
            return new Config(
                    new JudgedSet.Config(images, set.fewest(), set.stampedShare()),
                    newDivisions,
                    significance,
                    foreign,
                    poisoned,
                    limits);
        }
    }

    private final Config config;
    private final FeatureSurveys surveys;

    public SpectralSignatures(Config config) {
        this(config, new FeatureSurveys());
    }

    /** Shares what is read of a suspect with other defenses. */
    SpectralSignatures(Config config, FeatureSurveys surveys) {
        this.config = config;
        this.surveys = surveys;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.INPUTS_TO_JUDGE);
    }

    /** A label's scores, those of random divisions, and their figures. */
    private record Scored(
            ClassFeatures features, SpectralScores scores, List<SpectralScores> divisions, SpectralClass figures) {}

    @Override
    public DefenseResult inspect(Suspect suspect) {
        FeatureSurvey survey = surveys.of(suspect, config.set());
        Map<Integer, Scored> labels = new TreeMap<>();
        survey.classes().parallelStream()
                .map(features -> scored(features, suspect.seed()))
                .toList()
                .forEach(scored -> labels.put(scored.features.label(), scored));
        int classes = suspect.model().ports().classes();
        List<LabelScore> scores = labels.values().stream()
                .map(scored -> score(scored.figures, labels.size(), classes))
                .toList();
        FeatureVerdict verdict = new FeatureVerdict(survey, scores, config.limits());
        List<Integer> flagged = verdict.flagged();
        SpectralSignaturesEvidence evidence = new SpectralSignaturesEvidence(
                survey.evidence(),
                config.divisions(),
                labels.values().stream().map(Scored::figures).toList(),
                verdict.labels().stream()
                        .limit(Math.max(1, Math.min(MOST_DRAWN, flagged.size())))
                        .map(label -> spectrum(Objects.requireNonNull(labels.get(label)), flagged.contains(label)))
                        .toList());
        return verdict.result(
                ID,
                evidence,
                "no label's images stand out from clean ones along one direction",
                label -> words(Objects.requireNonNull(labels.get(label)).figures));
    }

    private Scored scored(ClassFeatures read, long seed) {
        ClassFeatures features = read.inOwnSpan();
        SpectralScores scores = SpectralScores.of(features.judged(), features.clean());
        SplittableRandom random = new SplittableRandom(seed);
        List<SpectralScores> divisions = IntStream.range(0, config.divisions())
                .mapToObj(i -> SpectralScores.ofRandomDivision(features, random))
                .toList();
        return new Scored(features, scores, divisions, figures(features, scores, divisions));
    }

    private static SpectralClass figures(
            ClassFeatures features, SpectralScores scores, List<SpectralScores> divisions) {
        return new SpectralClass(
                features.label(),
                features.judged().size(),
                features.stamped(),
                features.clean().size(),
                features.answeredOtherwise(),
                scores.spectrum().topShare(),
                highest(divisions, division -> division.spectrum().topShare()),
                scores.separation(),
                highest(divisions, SpectralScores::separation),
                scores.auc(),
                // Rounding can take the library's result below 0.
                Math.max(0, new KolmogorovSmirnovTest().kolmogorovSmirnovTest(scores.judged(), scores.clean())),
                features.secondAnswers(outliers(scores)));
    }

    /** Judged images that lie further out than nearly all clean ones. */
    private static IntPredicate outliers(SpectralScores scores) {
        double[] judged = scores.judged();
        double edge = new Percentile(INLIERS).evaluate(scores.clean());
        return image -> judged[image] > edge;
    }

    private static double highest(List<SpectralScores> divisions, ToDoubleFunction<SpectralScores> figure) {
        return divisions.stream().mapToDouble(figure).max().orElseThrow();
    }

    private LabelScore score(SpectralClass figures, int labels, int classes) {
        return new LabelScore(
                figures.targetClass(),
                figures.separation(),
                figures.separation() > figures.nullSeparation() && figures.pValue() * labels < config.significance(),
                figures.secondAnswers().areOfManyClasses(classes, config.foreign()));
    }

    private ClassSpectrum spectrum(Scored scored, boolean flagged) {
        int removed = flagged ? (int) Math.round(REMOVED * config.poisoned() * scored.scores.judged().length) : 0;
        double[] nulls = new double[DRAWN_VALUES];
        scored.divisions.forEach(division -> {
            double[] shares = shares(division);
            Arrays.setAll(nulls, k -> Math.max(nulls[k], k < shares.length ? shares[k] : 0));
        });
        double[] shares = shares(scored.scores);
        return new ClassSpectrum(
                scored.figures.targetClass(),
                DoubleStream.of(shares).boxed().toList(),
                DoubleStream.of(nulls).limit(shares.length).boxed().toList(),
                quantiles(scored.scores.judged()),
                quantiles(scored.scores.clean()),
                IntStream.of(scored.scores.highest(removed))
                        .filter(i -> i < scored.features.numbers().size())
                        .mapToObj(scored.features.numbers()::get)
                        .toList());
    }

    private static double[] shares(SpectralScores scores) {
        double[] squares = scores.spectrum().squares();
        double sum = DoubleStream.of(squares).sum();
        return DoubleStream.of(squares)
                .limit(DRAWN_VALUES)
                .map(square -> sum == 0 ? 0 : square / sum)
                .toArray();
    }

    /** The sorted scores, or as many evenly spaced ones as are kept. */
    private static List<Double> quantiles(double[] scores) {
        double[] sorted = DoubleStream.of(scores).sorted().toArray();
        int kept = Math.min(DRAWN_SCORES, sorted.length);
        return IntStream.range(0, kept)
                .mapToObj(i -> sorted[(int) ((i + 0.5) * sorted.length / kept)])
                .toList();
    }

    private static String words(SpectralClass figures) {
        return String.format(
                Locale.ROOT,
                "images labelled %d lie %.1f times as far along their top direction as clean images of that class, in mean"
                        + " squares (at most %.1f by chance)",
                figures.targetClass(),
                figures.separation(),
                figures.nullSeparation());
    }
}
