/**
 * Training on ONNX Runtime: a classifier becomes one graph of forward pass, loss and gradients, which the runtime
 * executes; optimizers, schedules, augmentation and running statistics are plain Java around it.
 */
@NullMarked
package dev.assay.train;

import org.jspecify.annotations.NullMarked;
