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
     * clean ones beyond chance, and no more often than if these were evenly half of all other classes (Simpson's index as
     * an effective number). With a tenth of the training set stamped, a target's images had 24 to 31 of 42 on the zoo's
     * GTSRB model, 5 to 9 of 9 on models of CIFAR-10. Labels whose training images are other tracks of GTSRB than the
     * clean ones had 3 to 5 of 42 at p-values down to 2e-6, on a clean model too; one had 10. A target whose images look
     * like few classes, 6 to 11 of 42 on one foreign model, is not told from those.
     *
     * @param classes of the model
     * @param significance below which a p-value is beyond chance
     */
    boolean areOfManyClasses(int classes, double significance) {
        return pValue < significance && sharing <= 2.0 / (classes - 1);
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
