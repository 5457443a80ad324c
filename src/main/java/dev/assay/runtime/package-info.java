/**
 * ONNX Runtime: sessions on providers, and what can be learnt by running a model: shapes, roles of inputs and outputs,
 * and which kernels executed. The only package that sees {@code ai.onnxruntime}.
 */
@NullMarked
package dev.assay.runtime;

import org.jspecify.annotations.NullMarked;
