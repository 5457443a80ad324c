package dev.assay.quant;

/**
 * A quantized tensor as operators read it.
 *
 * @param quantized name of the integer tensor
 * @param scale name of its scale; empty where it is of floats
 * @param zeroPoint name of its zero point
 */
record Operand(String quantized, String scale, String zeroPoint) {}
