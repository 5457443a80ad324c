package dev.assay.defense;

import java.util.List;

/**
 * What Activation Clustering measured.
 *
 * @param features what was read
 * @param components principal components that were clustered
 * @param silhouetteThreshold of the two clusters from which a label is flagged
 * @param classes one entry a judged label, by number
 * @param scatters points of the labels with the highest scores, highest first
 */
public record ActivationClusteringEvidence(
        FeatureEvidence features,
        int components,
        double silhouetteThreshold,
        List<ClusteredClass> classes,
        List<ClusterScatter> scatters)
        implements Evidence {
    public ActivationClusteringEvidence {
        classes = List.copyOf(classes);
        scatters = List.copyOf(scatters);
    }

    /**
     * A label's images, divided in two. The suspicious cluster is the one that holds more of the judged images than of the
     * clean ones.
     *
     * @param targetClass the label
     * @param judged judged images that the model answers with the label
     * @param stamped those among them that Assay stamped
     * @param clean clean images beside them
     * @param answeredOtherwise images with the label that were left out for their answer
     * @param silhouette of the two clusters
     * @param smallerShare share of the judged images in the smaller cluster, the paper's relative size
     * @param judgedShare share of the judged images in the suspicious cluster
     * @param cleanShare share of the clean images in it
     * @param rarity the judged share over the clean share, which counts half an image more so that none is not infinitely
     *     rare
     * @param pValue of Fisher's exact test that clean images are no rarer in it
     * @param secondAnswers of the judged images in it, and of all clean images
     */
    public record ClusteredClass(
            int targetClass,
            int judged,
            int stamped,
            int clean,
            int answeredOtherwise,
            double silhouette,
            double smallerShare,
            double judgedShare,
            double cleanShare,
            double rarity,
            double pValue,
            SecondAnswers secondAnswers) {}
}
