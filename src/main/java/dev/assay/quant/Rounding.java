package dev.assay.quant;

import java.util.Locale;

/** How the scale of a group of weights is chosen; the weights are then rounded to the nearest level. */
public enum Rounding {
    /** The largest weight maps onto the largest level. */
    NEAREST,
    /** The scale with the least mean squared error, found by trying smaller ones, which clip the largest weights. */
    MSE;

    /** The name on the command line. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
