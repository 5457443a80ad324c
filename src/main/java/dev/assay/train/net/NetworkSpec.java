package dev.assay.train.net;

import java.util.List;

/**
 * What a network is built for.
 *
 * @param width channels of the first stage, or features of a token; at least 1
 * @param height rows of the images
 * @param imageWidth columns of the images
 * @param classes number of logits, at least 2
 * @param mean what is subtracted from each channel of images in [0, 1]
 * @param std what each channel is divided by then; above 0
 * @param seed of the weights
 */
public record NetworkSpec(
        int width, int height, int imageWidth, int classes, List<Double> mean, List<Double> std, long seed) {
    public NetworkSpec {
        if (width < 1) {
            throw new IllegalArgumentException("width must be at least 1, got " + width);
        }
        if (classes < 2) {
            throw new IllegalArgumentException("a classifier needs two classes, got " + classes);
        }
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }
}
