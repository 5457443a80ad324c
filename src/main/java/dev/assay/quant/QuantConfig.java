package dev.assay.quant;

/**
 * Settings that schemes share.
 *
 * @param calibrator how activation ranges are chosen
 * @param rounding how weight scales are chosen
 * @param blockSize weights that share a 4-bit scale: a power of two from 16 to 256
 * @param symmetric whether 4-bit weights have no zero point
 */
public record QuantConfig(Calibrator calibrator, Rounding rounding, int blockSize, boolean symmetric) {
    /** Images that activation ranges are chosen by where nothing else is said, at most. */
    public static final int CALIBRATION_IMAGES = 512;

    /** What ONNX Runtime's own tool does by default. */
    public static final QuantConfig DEFAULTS = new QuantConfig(Calibrator.MINMAX, Rounding.NEAREST, 32, true);

    public QuantConfig {
        if (blockSize < 16 || blockSize > 256 || Integer.bitCount(blockSize) != 1) {
            throw new IllegalArgumentException("block size must be a power of two from 16 to 256, got " + blockSize);
        }
    }
}
