package dev.assay.defense;

import java.util.List;

/**
 * What Spectral Signatures measured.
 *
 * @param features what was read
 * @param divisions random ones of a label's images that its spectrum was compared with
 * @param classes one entry a judged label, by number
 * @param spectra of the labels with the highest scores, highest first
 */
public record SpectralSignaturesEvidence(
        FeatureEvidence features, int divisions, List<SpectralClass> classes, List<ClassSpectrum> spectra)
        implements Evidence {
    public SpectralSignaturesEvidence {
        classes = List.copyOf(classes);
        spectra = List.copyOf(spectra);
    }

    /**
     * A label's spectrum.
     *
     * @param targetClass the label
     * @param judged judged images that the model answers with the label
     * @param stamped those among them that Assay stamped
     * @param clean clean images beside them
     * @param answeredOtherwise images with the label that were left out for their answer
     * @param topShare share of the largest squared singular value in the sum of all
     * @param nullShare the largest such share among random divisions
     * @param separation mean score of the judged images; that of clean ones is below 1
     * @param nullSeparation the largest such mean among random divisions
     * @param auc probability that a judged image has a higher score than a clean one
     * @param pValue of the two-sample Kolmogorov-Smirnov test that their scores are alike
     * @param secondAnswers of the judged images that lie further out than nearly all clean ones, and of all clean images
     */
    public record SpectralClass(
            int targetClass,
            int judged,
            int stamped,
            int clean,
            int answeredOtherwise,
            double topShare,
            double nullShare,
            double separation,
            double nullSeparation,
            double auc,
            double pValue,
            SecondAnswers secondAnswers) {}

    /**
     * What a spectrum looks like.
     *
     * @param targetClass the label
     * @param shares of the largest squared singular values in the sum of all, falling
     * @param nullShares the largest share at each place among random divisions
     * @param judgedScores of the judged images, rising: the square of the projection onto the top direction, in variances of
     *     the clean images along it, at the upper limit of their confidence interval; of many images evenly spaced ones
     * @param cleanScores likewise of the clean images
     * @param removal numbers, in the training data, of the images that the paper would remove, highest score first; empty
     *     where other images are judged, or the label is not flagged
     */
    public record ClassSpectrum(
            int targetClass,
            List<Double> shares,
            List<Double> nullShares,
            List<Double> judgedScores,
            List<Double> cleanScores,
            List<Integer> removal) {
        public ClassSpectrum {
            shares = List.copyOf(shares);
            nullShares = List.copyOf(nullShares);
            judgedScores = List.copyOf(judgedScores);
            cleanScores = List.copyOf(cleanScores);
            removal = List.copyOf(removal);
        }
    }
}
