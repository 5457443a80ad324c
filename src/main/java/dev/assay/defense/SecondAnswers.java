package dev.assay.defense;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * What the model would answer if not for the label: for each image the class with the highest score but one. Where images
 * of many classes were given one label, these answers are many; images that are merely unlike the clean ones, since they
 * were taken elsewhere, still have the few second answers of their class.
 *
 * <p>It stands in for exclusionary reclassification (Chen et al., 2018), which trains the network again without
 * the suspicious images and looks whether it then gives them their label or the one of another class.
 *
 * <p>The p-value takes images as independent, which frames of one video are not, so a low one does not suffice: see
 * {@link #areOfManyClasses}.
 *
 * @param sharing the share of pairs of suspicious images with the same second answer; NaN of fewer than two images
 * @param cleanSharing the same of clean images
 * @param pValue that suspicious images share theirs no more rarely, by the normal approximation of the difference; 1 where
 *     there are too few images, or nothing varies
 */
public record SecondAnswers(double sharing, double cleanSharing, double pValue) {
    /** Of the clean images' excess over evenly spread answers, the share that the suspicious ones may keep. */
    private static final double KEPT_EXCESS = 1.0 / 3;

    /** Compares second answers of suspicious and of clean images. */
    static SecondAnswers of(List<Integer> suspicious, List<Integer> clean) {
        Pairs own = Pairs.of(suspicious);
        Pairs others = Pairs.of(clean);
        double deviation = Math.sqrt(own.variance + others.variance);
        double pValue = deviation > 0
                ? new NormalDistribution(0, deviation).cumulativeProbability(own.sharing - others.sharing)
                : 1;
        return new SecondAnswers(own.sharing, others.sharing, pValue);
    }

    /**
     * Whether suspicious images were given this label from many others: they share their second answers more rarely than
     * clean ones beyond chance, and nearly as rarely as if all other classes were equally likely. On the models of this
     * project's zoo, with a tenth of the training set stamped, a target's images kept at most 0.14 of the excess of clean
     * ones, but 0.44 where activation ranges cut off the trigger; labels whose training images are other tracks of GTSRB
     * kept 0.47 and more, at p-values down to 5e-4.
     *
     * @param classes of the model
     * @param significance below which a p-value is beyond chance
     */
    boolean areOfManyClasses(int classes, double significance) {
        double even = 1.0 / (classes - 1);
        return pValue < significance && sharing - even <= KEPT_EXCESS * (cleanSharing - even);
    }

    /** The share of pairs that agree, an unbiased estimate of Simpson's index, and its variance as a U-statistic. */
    private record Pairs(double sharing, double variance) {
        static Pairs of(List<Integer> answers) {
            int n = answers.size();
            double pairs = n * (n - 1.0);
            if (pairs == 0) {
                return new Pairs(Double.NaN, Double.NaN);
            }
            Map<Integer, Long> counts =
                    answers.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            double equal = counts.values().stream()
                            .mapToDouble(count -> count * (count - 1.0))
                            .sum()
                    / pairs;
            double squares = powers(counts, n, 2);
            double cubes = powers(counts, n, 3);
            double variance =
                    4 * (n - 2) / pairs * (cubes - squares * squares) + 2 / pairs * (squares - squares * squares);
            return new Pairs(equal, Math.max(0, variance));
        }

        private static double powers(Map<Integer, Long> counts, int n, int exponent) {
            return counts.values().stream()
                    .mapToDouble(count -> Math.pow((double) count / n, exponent))
                    .sum();
        }
    }
}
