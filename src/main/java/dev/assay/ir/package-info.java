/**
 * An immutable picture of an ONNX model: graphs, nodes, values, tensors and attributes, without protobuf. Names are
 * identities: inside one {@link dev.assay.ir.Graph} every value name is assigned once, as ONNX demands. Whatever
 * Assay does not interpret travels along as opaque {@link dev.assay.ir.Bytes}. Edits go through
 * {@link dev.assay.ir.GraphEditor}, which validates on commit.
 */
@NullMarked
package dev.assay.ir;

import org.jspecify.annotations.NullMarked;
