package dev.assay.quant;

import dev.assay.ir.Graph;
import dev.assay.runtime.ImageClassifier;
import java.util.Map;
import java.util.function.Function;

/**
 * How a scheme makes the graph of its artifact.
 *
 * @param opset the lowest opset with all that it writes
 * @param needsCalibration whether it chooses activation ranges from images
 * @param writer writes the graph of a model that is simplified and at that opset at least
 */
record Recipe(long opset, boolean needsCalibration, Writer writer) {
    /** DequantizeLinear with a scale for each channel. */
    static final long PER_CHANNEL_OPSET = 13;
    /** 4-bit tensors and DequantizeLinear in blocks. */
    private static final long FOUR_BIT_OPSET = 21;

    @FunctionalInterface
    interface Writer {
        Written write(ImageClassifier model, QuantConfig config, Calibration calibration);
    }

    /** Writes a graph from its weights alone. */
    @FunctionalInterface
    interface WeightWriter {
        Written write(ImageClassifier model, QuantConfig config);
    }

    /** Writes what a static plan says. */
    @FunctionalInterface
    interface PlanWriter {
        Graph write(
                StaticPlan plan, Map<String, Range> ranges, Function<Range, AffineParams> toParams, QuantConfig config);
    }

    /** Needs the weights only. */
    static Recipe uncalibrated(WeightWriter writer) {
        return new Recipe(PER_CHANNEL_OPSET, false, (model, config, none) -> writer.write(model, config));
    }

    /** 4-bit weights with a scale for each block. */
    static Recipe blockwise(WeightWriter writer) {
        return new Recipe(FOUR_BIT_OPSET, false, (model, config, none) -> writer.write(model, config));
    }

    /** 8-bit weights and activations, calibrated. */
    static Recipe calibrated(Function<Range, AffineParams> toParams, PlanWriter writer) {
        return new Recipe(PER_CHANNEL_OPSET, true, (model, config, calibration) -> {
            StaticPlan plan = StaticPlan.of(model);
            Map<String, Range> ranges =
                    new RangeCollector(model, plan.valuesToCalibrate(), calibration).ranges(config.calibrator());
            return new Written(writer.write(plan, ranges, toParams, config), plan.skips());
        });
    }
}
