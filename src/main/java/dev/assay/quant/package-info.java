/**
 * Quantization: from a float model and calibration images to the artifacts that would ship. Rules say what can be
 * quantized and how; schemes put the rules together; every node left alone is reported with its reason.
 */
@NullMarked
package dev.assay.quant;

import org.jspecify.annotations.NullMarked;
