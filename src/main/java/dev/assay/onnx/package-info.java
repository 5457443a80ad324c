/**
 * ONNX files to and from {@link dev.assay.ir.Model}: reading, writing, data in external files, and raising a model's
 * opset. Protobuf classes never leave this package. What is not interpreted travels as the {@code rest} of its object:
 * the message it came in, with the interpreted fields cleared. An interpreted field that holds its default value stays
 * in {@code rest} too, which keeps "absent" and "present but empty" apart, so that an unedited model is written back
 * byte for byte. Not kept: an order of fields, or packing of repeated ones, other than protobuf's own for this schema, and
 * entries of typed data that are wider than their type needs.
 */
@NullMarked
package dev.assay.onnx;

import org.jspecify.annotations.NullMarked;
