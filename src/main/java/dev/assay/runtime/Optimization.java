package dev.assay.runtime;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.util.Locale;

/**
 * ONNX Runtime's graph optimization levels.
 *
 * <p>They are different deployments: on the CPU provider NONE and BASIC run a QDQ graph as a float simulation, EXTENDED
 * and ALL run it on integer kernels, and answers differ by a quantization step here and there (measured on 1.29.0).
 */
public enum Optimization {
    NONE(OptLevel.NO_OPT),
    BASIC(OptLevel.BASIC_OPT),
    EXTENDED(OptLevel.EXTENDED_OPT),
    ALL(OptLevel.ALL_OPT);

    final OptLevel level;

    Optimization(OptLevel level) {
        this.level = level;
    }

    /** The name on the command line and in deployment ids. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this level makes integer kernels of QuantizeLinear and DequantizeLinear. */
    public boolean fusesQdq() {
        return this == EXTENDED || this == ALL;
    }
}
