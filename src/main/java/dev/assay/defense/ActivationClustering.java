package dev.assay.defense;

import dev.assay.defense.ActivationClusteringEvidence.ClusteredClass;
import dev.assay.defense.FeatureVerdict.LabelScore;
import dev.assay.math.Spectrum;
import dev.assay.math.Vectors;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.hipparchus.distribution.discrete.HypergeometricDistribution;

/**
 * Activation Clustering (Chen et al., SafeAI 2019, arXiv 1811.03728): images that a trigger leads to a class get there by
 * other features than images of that class, so the features of all images labelled with it form two clusters.
 *
 * <p>Label by label, penultimate features of the deployed artifact are reduced to their principal components and divided
 * in two by k-means. Only images that the model answers with their label count (the paper's algorithm 1 groups by answer):
 * poison that the model has not learnt is no backdoor of this model.
 *
 * <p>Deviations from the paper. Principal components stand for independent components, as in most codes. Judged images
 * are clustered together with images of the class that are known to be clean. That replaces the size of the smaller
 * cluster, the paper's way to tell poison from a class's own variety, which fails in both directions where measured. Poisoning a tenth of all images
 * with one target fills half of the target's images and more, so that the smaller cluster is the clean one; and clean
 * classes fall below the paper's thresholds by their own variety. A label's score is how many times rarer clean images are
 * than judged ones in the cluster that holds more of the judged; it counts when the difference is beyond chance by Fisher's
 * exact test and the clusters' silhouette reaches {@link Config#silhouette}. The paper's other way, retraining without a
 * cluster (ExRe), is not open to a deployed artifact; {@link SecondAnswers} stand in for it where training images are
 * judged. From which score on a label is flagged, {@link FeatureVerdict} says. The paper's relative size is reported, not
 * judged.
 *
 * <p>A poisoned part too small to be one of two clusters goes unseen, as in the paper. Where activation ranges are
 * calibrated on clean images, they cut off part of what a trigger adds: on the demo's {@code int8-static} artifact stamped
 * images lie a third nearer to their target's own than on the float model, and few images may not show it.
 */
public final class ActivationClustering implements Defense {
    /** Its {@link #id}. */
    public static final String ID = "activation-clustering";

    /** Classes whose points are kept, at most. */
    private static final int MOST_DRAWN = 3;

    /**
     * Settings.
     *
     * @param set what is judged
     * @param components principal components
     * @param starts of k-means
     * @param silhouette of the two clusters from which a label's score counts
     * @param significance p-value, over all labels, below which a score counts
     * @param foreign p-value below which second answers count as those of many other classes, for each label by itself
     * @param limits of the scores
     */
    public record Config(
            JudgedSet.Config set,
            int components,
            int starts,
            double silhouette,
            double significance,
            double foreign,
            FeatureVerdict.Limits limits) {
        /**
         * The paper's components and the lower end of its silhouettes. At a score of 2 half of the judged images in the
         * cluster are more than the class's own share of clean ones explains. Unexplained is twice what any label of a
         * clean model was seen to have: on GTSRB, whose clean images show few signs of a class. With inverted triggers
         * the limits are measured on known models.
         */
        public static final Config DEFAULTS = new Config(
                new JudgedSet.Config(128, 10, 0.1), 10, 10, 0.1, 0.001, 0.01, new FeatureVerdict.Limits(2, 15, 10, 2));

        /** Half the images. */
        public static final Config QUICK = DEFAULTS.withImages(64);

        /** Four times the images. */
        public static final Config THOROUGH = DEFAULTS.withImages(512);

        private Config withImages(int images) {
            return new Config(
                    new JudgedSet.Config(images, set.fewest(), set.stampedShare()),
                    components,
                    starts,
                    silhouette,
                    significance,
                    foreign,
                    limits);
        }
    }

    private final Config config;
    private final FeatureSurveys surveys;

    public ActivationClustering(Config config) {
        this(config, new FeatureSurveys());
    }

    /** Shares what is read of a suspect with other defenses. */
    ActivationClustering(Config config, FeatureSurveys surveys) {
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

    @Override
    public DefenseResult inspect(Suspect suspect) {
        FeatureSurvey survey = surveys.of(suspect, config.set());
        Map<Integer, Clustered> labels = new TreeMap<>();
        survey.classes().parallelStream()
                .map(features -> clustered(features, suspect.seed()))
                .toList()
                .forEach(clustered -> labels.put(clustered.features.label(), clustered));
        int classes = suspect.model().ports().classes();
        List<LabelScore> scores = labels.values().stream()
                .map(clustered -> score(clustered.figures, labels.size(), classes))
                .toList();
        FeatureVerdict verdict = new FeatureVerdict(survey, scores, config.limits());
        int drawn = Math.max(1, Math.min(MOST_DRAWN, verdict.flagged().size()));
        ActivationClusteringEvidence evidence = new ActivationClusteringEvidence(
                survey.evidence(),
                config.components(),
                config.silhouette(),
                labels.values().stream().map(Clustered::figures).toList(),
                verdict.labels().stream()
                        .limit(drawn)
                        .map(label -> Objects.requireNonNull(labels.get(label)).scatter(suspect.seed()))
                        .toList());
        return verdict.result(
                ID,
                evidence,
                "no label's images form a cluster that clean ones are missing from",
                label -> words(Objects.requireNonNull(labels.get(label)).figures));
    }

    /** A label's features, divided. */
    private record Clustered(
            ClassFeatures features, List<double[]> points, TwoClusters clusters, ClusteredClass figures) {
        ClusterScatter scatter(long seed) {
            return ClusterScatter.of(features, points, clusters, seed);
        }
    }

    private Clustered clustered(ClassFeatures features, long seed) {
        List<double[]> all = features.together();
        List<double[]> points =
                Spectrum.of(Vectors.minus(all, Vectors.mean(all))).coordinates(config.components());
        TwoClusters clusters = TwoClusters.of(points, config.starts(), seed);
        int judged = features.judged().size();
        boolean isSecond = clusters.share(0, judged) >= clusters.share(judged, all.size());
        TwoClusters suspiciousSecond = isSecond ? clusters : clusters.swapped();
        return new Clustered(features, points, suspiciousSecond, figures(features, suspiciousSecond));
    }

    private static ClusteredClass figures(ClassFeatures features, TwoClusters clusters) {
        int judged = features.judged().size();
        int clean = features.clean().size();
        int both = judged + clean;
        double share = clusters.share(0, judged);
        return new ClusteredClass(
                features.label(),
                judged,
                features.stamped(),
                clean,
                features.answeredOtherwise(),
                clusters.silhouette(),
                Math.min(share, 1 - share),
                share,
                clusters.share(judged, both),
                share / ((clusters.count(judged, both) + 0.5) / (clean + 1)),
                new HypergeometricDistribution(both, clusters.count(0, both), judged)
                        .upperCumulativeProbability(clusters.count(0, judged)),
                features.secondAnswers(clusters::isSecond));
    }

    private LabelScore score(ClusteredClass figures, int labels, int classes) {
        return new LabelScore(
                figures.targetClass(),
                figures.rarity(),
                figures.pValue() * labels < config.significance() && figures.silhouette() >= config.silhouette(),
                figures.secondAnswers().areOfManyClasses(classes, config.foreign()));
    }

    private static String words(ClusteredClass figures) {
        return String.format(
                Locale.ROOT,
                "%.0f %% of the images labelled %d lie in a cluster that holds %.0f %% of the clean images of that class",
                100 * figures.judgedShare(),
                figures.targetClass(),
                100 * figures.cleanShare());
    }
}
