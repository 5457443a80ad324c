package dev.assay.audit;

import dev.assay.defense.ActivationClusteringEvidence;
import dev.assay.defense.ActivationClusteringEvidence.ClusteredClass;
import dev.assay.defense.ClusterScatter;
import dev.assay.defense.ClusterScatter.Point;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.Evidence;
import dev.assay.defense.FeatureEvidence;
import dev.assay.defense.FeatureEvidence.LeftOut;
import dev.assay.defense.SecondAnswers;
import dev.assay.defense.SpectralSignaturesEvidence;
import dev.assay.defense.SpectralSignaturesEvidence.ClassSpectrum;
import dev.assay.defense.SpectralSignaturesEvidence.SpectralClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What Activation Clustering and Spectral Signatures made of the features of a backdoored CIFAR-10 ResNet. */
final class FeatureFixtures {
    private static final int CLASSES = 10;
    private static final int IMAGES = 120;
    private static final SecondAnswers FOREIGN = new SecondAnswers(0.11, 0.34, 2e-6);
    private static final SecondAnswers ALIKE = new SecondAnswers(0.37, 0.35, 0.6);

    private FeatureFixtures() {}

    /** Class 0 has a cluster without clean images. */
    static DefenseResult clusters() {
        Random random = new Random(3);
        return new DefenseResult(
                "activation-clustering",
                Decision.DETECTED,
                "58 % of the images labelled 0 lie in a cluster that holds 0 % of the clean images of that class; judged:"
                        + " training images",
                134.7,
                10,
                List.of(0),
                new ActivationClusteringEvidence(
                        features("training images"),
                        10,
                        0.1,
                        IntStream.range(0, CLASSES - 1)
                                .mapToObj(label -> label == 0
                                        ? new ClusteredClass(
                                                0, IMAGES, 0, 115, 8, 0.36, 0.42, 0.58, 0, 134.7, 3e-26, FOREIGN)
                                        : clustered(label, random))
                                .toList(),
                        List.of(new ClusterScatter(0, points(random)))));
    }

    private static ClusteredClass clustered(int label, Random random) {
        double share = 0.5 + 0.2 * random.nextDouble();
        return new ClusteredClass(
                label, IMAGES, 0, 115, 8, 0.2, 1 - share, share, share - 0.05, share / (share - 0.045), 0.2, ALIKE);
    }

    private static List<Point> points(Random random) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            boolean clean = i >= IMAGES / 2;
            boolean suspicious = !clean && i % 2 == 0;
            points.add(new Point(
                    rounded((suspicious ? 3 : -1) + random.nextGaussian()),
                    rounded(random.nextGaussian()),
                    suspicious,
                    clean));
        }
        return points;
    }

    private static double rounded(double value) {
        return Math.rint(value * 1e3) / 1e3;
    }

    /** Class 0 lies far out along one direction. */
    static DefenseResult spectra() {
        Random random = new Random(4);
        return new DefenseResult(
                "spectral-signatures",
                Decision.DETECTED,
                "images labelled 0 lie 27.4 times as far along their top direction as clean images of that class, in mean"
                        + " squares (at most 1.4 by chance); judged: training images",
                27.4,
                10,
                List.of(0),
                new SpectralSignaturesEvidence(
                        features("training images"),
                        40,
                        IntStream.range(0, CLASSES - 1)
                                .mapToObj(label -> label == 0
                                        ? new SpectralClass(
                                                0, IMAGES, 0, 115, 8, 0.61, 0.42, 27.4, 1.4, 0.78, 3e-15, FOREIGN)
                                        : new SpectralClass(
                                                label, IMAGES, 0, 115, 8, 0.3, 0.35, 1.1, 1.6, 0.51, 0.4, ALIKE))
                                .toList(),
                        List.of(new ClassSpectrum(
                                0,
                                falling(0.61),
                                falling(0.42),
                                scores(random, 60, 7),
                                scores(random, 0, 0),
                                List.of(17, 4711, 256)))));
    }

    private static List<Double> falling(double top) {
        return IntStream.range(0, 20).mapToObj(k -> top * Math.pow(0.6, k)).toList();
    }

    private static List<Double> scores(Random random, int poisoned, double distance) {
        return IntStream.range(0, IMAGES)
                .mapToObj(i -> Math.pow(random.nextGaussian() + (i < poisoned ? distance : 0), 2))
                .sorted()
                .toList();
    }

    private static FeatureEvidence features(String judged) {
        return new FeatureEvidence(judged, "/Flatten_output_0", false, 128, 64, 10, List.of(new LeftOut(9, 4, 120)));
    }

    /** Evidence whose every text is {@code text}. */
    static List<Evidence> untrusted(String text) {
        FeatureEvidence features = new FeatureEvidence(text, text, true, 1, 1, 10, List.of(new LeftOut(0, 1, 1)));
        return List.of(
                new ActivationClusteringEvidence(features, 1, 0.1, List.of(), List.of()),
                new SpectralSignaturesEvidence(features, 1, List.of(), List.of()));
    }
}
