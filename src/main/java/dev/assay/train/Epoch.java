package dev.assay.train;

/**
 * What was seen of an epoch while training.
 *
 * @param number from 0
 * @param loss mean over its batches
 * @param accuracy share of its images that were classified as labelled, augmented as they were, at the step they were in
 * @param imagesPerSecond all that an epoch does included
 */
public record Epoch(int number, double loss, double accuracy, double imagesPerSecond) {}
