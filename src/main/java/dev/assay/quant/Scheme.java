package dev.assay.quant;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Recipes that make an artifact of a float model. */
public enum Scheme {
    FP32("the model as it is", null),
    INT8_DYNAMIC(
            "8-bit weights; activations quantized on the fly (DynamicQuantizeLinear, ConvInteger, MatMulInteger)",
            Recipe.uncalibrated(DynamicWriter::all)),
    INT8_STATIC(
            "QDQ with calibrated u8 activations and s8 weights per channel: ONNX Runtime's CPU integer kernels",
            Recipe.calibrated(AffineParams::unsigned, StaticWriter::qdq)),
    INT8_QOPERATOR(
            "the same as int8-static, written with QLinear operators instead of QDQ",
            Recipe.calibrated(AffineParams::unsigned, StaticWriter::qoperator)),
    /** Its biases are float, for TensorRT refuses the DequantizeLinear of an int32 one; the CPU quantizes them itself. */
    INT8_SYMMETRIC(
            "QDQ with s8 activations and weights, zero point 0 and float biases: what TensorRT accepts",
            Recipe.calibrated(AffineParams::symmetric, StaticWriter::withFloatBiases)),
    INT4_WEIGHT(
            "4-bit weights in blocks; convolutions dequantize them on every run, products become MatMulNBits",
            Recipe.blockwise(FourBitWriter::weightOnly)),
    INT4_KERNEL(
            "convolutions lowered to im2col and MatMulNBits: every product runs on the 4-bit kernel",
            Recipe.blockwise(FourBitWriter::onKernels)),
    INT4_SIMULATED(
            "weights rounded to 16 levels and stored as floats: what studies call INT4",
            Recipe.uncalibrated(SimulatedWriter::write)),
    INT8_LINEAR_ONLY(
            "only the fully connected layers in 8 bits: what PyTorch's quantize_dynamic does to a CNN",
            Recipe.uncalibrated(DynamicWriter::linearOnly));

    private final String description;
    private final @Nullable Recipe recipe;

    Scheme(String description, @Nullable Recipe recipe) {
        this.description = description;
        this.recipe = recipe;
    }

    /** The name on the command line and in deployment ids. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it does, in one line. */
    public String description() {
        return description;
    }

    /** Whether it chooses activation ranges from calibration images. */
    public boolean needsCalibration() {
        return recipe().filter(Recipe::needsCalibration).isPresent();
    }

    /** How the artifact is made; empty when it is the model itself. */
    Optional<Recipe> recipe() {
        return Optional.ofNullable(recipe);
    }
}
