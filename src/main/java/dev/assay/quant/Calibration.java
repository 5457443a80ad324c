package dev.assay.quant;

import dev.assay.runtime.ImageSource;

/**
 * What activation ranges are chosen from.
 *
 * @param images images as the model takes them
 * @param threads threads for running the model on them
 */
record Calibration(ImageSource images, int threads) {}
