package dev.assay.quant;

import java.util.function.IntPredicate;

/**
 * How an operator is quantized for ONNX Runtime's CPU provider.
 *
 * @param kind what it does to values
 * @param isActivation which of its inputs are quantized like activations; a constant one gets its own range
 */
record QuantRule(Kind kind, IntPredicate isActivation) {
    enum Kind {
        /** Multiplies and accumulates with weights on input 1, bias on input 2. */
        PRODUCT,
        /** Computes new values, with a range of their own. */
        COMPUTES,
        /** Only moves or selects values: its output has its input's scale. */
        MOVES
    }
}
