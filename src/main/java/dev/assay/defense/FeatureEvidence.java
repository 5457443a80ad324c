package dev.assay.defense;

import java.util.List;

/**
 * Which features of which images were judged.
 *
 * @param judged what was judged, in words
 * @param value the artifact's value that was read
 * @param logits whether that is its logits, since no tap at the features leaves kernels and scores as they are
 * @param features of one image
 * @param probeImages images on which the scores of the session that was read were bit for bit the artifact's own
 * @param fewest images of each sort, judged and clean, that a label is judged with
 * @param leftOut labels that were not judged for want of images
 */
public record FeatureEvidence(
        String judged, String value, boolean logits, int features, int probeImages, int fewest, List<LeftOut> leftOut) {
    public FeatureEvidence {
        leftOut = List.copyOf(leftOut);
    }

    /**
     * A label that was not judged.
     *
     * @param targetClass the label
     * @param judged judged images that the model answers with it
     * @param clean clean images likewise
     */
    public record LeftOut(int targetClass, int judged, int clean) {}
}
