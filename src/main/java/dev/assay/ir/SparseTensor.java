package dev.assay.ir;

/**
 * A sparse initializer.
 *
 * @param values the non-zero values
 * @param indices their places
 * @param rest dims and whatever else the file says, opaque
 */
public record SparseTensor(Tensor values, Tensor indices, Bytes rest) {}
