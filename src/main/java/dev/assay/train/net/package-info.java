/**
 * Small image classifiers built as ONNX graphs in inference form, as exporters write them, with seeded random weights:
 * what {@code train} starts from.
 */
@NullMarked
package dev.assay.train.net;

import org.jspecify.annotations.NullMarked;
