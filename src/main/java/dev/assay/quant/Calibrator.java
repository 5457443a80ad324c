package dev.assay.quant;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a tensor's range is chosen from what calibration images made of it. */
public enum Calibrator {
    /** Everything seen is represented. */
    MINMAX(null),
    /** The most extreme values are cut off: {@value Ranges#PERCENTILE} % are kept. */
    PERCENTILE(Ranges::percentile),
    /** Least Kullback-Leibler divergence between the values and their quantized distribution (Migacz, GTC 2017). */
    ENTROPY(Ranges::entropy),
    /** Least mean squared error between the values and their 8-bit quantization. */
    MSE(Ranges::meanSquaredError);

    private final @Nullable RangeChoice choice;

    @FunctionalInterface
    interface RangeChoice {
        Range of(Histogram histogram);
    }

    Calibrator(@Nullable RangeChoice choice) {
        this.choice = choice;
    }

    /** The name on the command line. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How to choose from a histogram; empty when the extremes are enough and one pass over the images will do. */
    Optional<RangeChoice> choice() {
        return Optional.ofNullable(choice);
    }
}
