package dev.assay.defense;

import dev.assay.math.Spectrum;
import dev.assay.math.Vectors;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.stat.StatUtils;
import org.hipparchus.util.MathArrays;

/**
 * The spectrum of judged features about the mean of clean ones, and every image's score: the square of its projection onto
 * the top right singular vector, in variances of the clean images along it. A variance of few images is uncertain, and a
 * score must not be high for that: the upper limit of its one-sided confidence interval counts, as for normally
 * distributed projections.
 */
final class SpectralScores {
    private static final double CONFIDENCE = 0.99;

    private final Spectrum spectrum;
    private final double[] judged;
    private final double[] clean;

    private SpectralScores(Spectrum spectrum, double[] judged, double[] clean) {
        this.spectrum = spectrum;
        this.judged = judged;
        this.clean = clean;
    }

    /** Neither set is empty, and the clean images are two or more. */
    static SpectralScores of(List<double[]> judged, List<double[]> clean) {
        double[] origin = Vectors.mean(clean);
        List<double[]> centred = Vectors.minus(judged, origin);
        Spectrum spectrum = Spectrum.of(centred);
        double[] direction = spectrum.direction(0);
        double[] cleanSquares = squares(Vectors.minus(clean, origin), direction);
        // The clean images' own mean is the origin, which takes one degree of freedom from their spread.
        double variance = StatUtils.sum(cleanSquares)
                / new ChiSquaredDistribution(clean.size() - 1).inverseCumulativeProbability(1 - CONFIDENCE);
        double unit = variance > 0 ? 1 / variance : 0;
        return new SpectralScores(
                spectrum, MathArrays.scale(unit, squares(centred, direction)), MathArrays.scale(unit, cleanSquares));
    }

    private static double[] squares(List<double[]> vectors, double[] direction) {
        return vectors.stream()
                .mapToDouble(vector -> Math.pow(Vectors.dot(vector, direction), 2))
                .toArray();
    }

    /** A label's images divided at random into sets of the same sizes. */
    static SpectralScores ofRandomDivision(ClassFeatures features, SplittableRandom random) {
        List<double[]> all = features.together();
        List<double[]> mixed = random.ints(0, all.size())
                .distinct()
                .limit(all.size())
                .mapToObj(all::get)
                .toList();
        int judged = features.judged().size();
        return of(mixed.subList(0, judged), mixed.subList(judged, mixed.size()));
    }

    /** Of the judged features less the clean mean. */
    Spectrum spectrum() {
        return spectrum;
    }

    /** Scores of the judged images: a fresh array. */
    double[] judged() {
        return judged.clone();
    }

    /** Scores of the clean images: a fresh array. */
    double[] clean() {
        return clean.clone();
    }

    /** Mean score of the judged images; that of clean ones is below 1. */
    double separation() {
        return StatUtils.mean(judged);
    }

    /** The probability that a judged image has a higher score than a clean one, ties counting half. */
    double auc() {
        double wins = 0;
        for (double score : judged) {
            for (double other : clean) {
                wins += score > other ? 1 : score == other ? 0.5 : 0;
            }
        }
        return wins / judged.length / clean.length;
    }

    /** The numbers of the judged images with the highest scores, highest first. */
    int[] highest(int count) {
        return IntStream.range(0, judged.length)
                .boxed()
                .sorted((a, b) -> Double.compare(judged[b], judged[a]))
                .limit(count)
                .mapToInt(i -> i)
                .toArray();
    }
}
