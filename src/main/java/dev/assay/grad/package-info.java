/**
 * Reverse-mode differentiation over ONNX graphs: a table of rules appends backward nodes, made of plain inference
 * operators, to a forward graph whose nodes stay as they are, and ONNX Runtime runs both in one session. Around
 * quantized kernels gradients are straight-through, with range masks read from the integer tensors.
 */
@NullMarked
package dev.assay.grad;

import org.jspecify.annotations.NullMarked;
