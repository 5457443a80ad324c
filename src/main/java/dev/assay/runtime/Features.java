package dev.assay.runtime;

import java.util.List;

/**
 * The penultimate features of images, and the scores of the same run.
 *
 * @param values for each image its features; not copied
 * @param scores of the same images
 */
public record Features(List<double[]> values, Scores scores) {}
