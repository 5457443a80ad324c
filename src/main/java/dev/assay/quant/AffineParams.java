package dev.assay.quant;

import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;

/**
 * Per-tensor affine quantization: {@code real = scale · (q − zeroPoint)} (ONNX QuantizeLinear-10).
 *
 * @param type UINT8 or INT8
 * @param scale above 0
 * @param zeroPoint within the type's limits
 */
public record AffineParams(DataType type, float scale, int zeroPoint) {
    /** Scales below this lose precision to float denormals. */
    private static final double SMALLEST_SCALE = 1e-30;

    /**
     * Unsigned, asymmetric: the range maps onto 0 to 255; one that is symmetric onto 1 to 255, so that its ends and 0 are
     * exact: what Sign makes has no other values.
     */
    public static AffineParams unsigned(Range range) {
        if (range.max() > 0 && range.max() == -range.min()) {
            return new AffineParams(DataType.UINT8, scale(range.max() / 127), 128);
        }
        float scale = scale((range.max() - range.min()) / 255);
        int zeroPoint = (int) Math.max(0, Math.min(255, Math.rint(-range.min() / scale)));
        return new AffineParams(DataType.UINT8, scale, zeroPoint);
    }

    /** Signed, symmetric: zero point 0 and −127 to 127, as TensorRT demands. */
    public static AffineParams symmetric(Range range) {
        return new AffineParams(DataType.INT8, scale(range.absMax() / 127), 0);
    }

    private static float scale(double wanted) {
        // An all-zero tensor has no range; any scale represents it.
        return wanted < SMALLEST_SCALE ? 1f : (float) wanted;
    }

    /** The smallest real value that can be represented. */
    public double realMin() {
        return scale * (double) ((type == DataType.INT8 ? Byte.MIN_VALUE : 0) - zeroPoint);
    }

    /** The largest real value that can be represented. */
    public double realMax() {
        return scale * (double) ((type == DataType.INT8 ? Byte.MAX_VALUE : 255) - zeroPoint);
    }

    /** Quantizes one value: round half to even, then saturate, as QuantizeLinear does. */
    public byte quantize(double value) {
        double q = Math.rint(value / scale) + zeroPoint;
        int low = type == DataType.INT8 ? Byte.MIN_VALUE : 0;
        int high = type == DataType.INT8 ? Byte.MAX_VALUE : 255;
        return (byte) Math.max(low, Math.min(high, q));
    }

    /** Whether everything up to {@code bound} quantizes to the smallest level: clipping there changes nothing. */
    boolean saturatesAtMinimum(double bound) {
        return quantize(bound) == (type == DataType.INT8 ? Byte.MIN_VALUE : 0);
    }

    /** Whether everything from {@code bound} on quantizes to the largest level: clipping there changes nothing. */
    boolean saturatesAtMaximum(double bound) {
        return (quantize(bound) & 0xFF) == (type == DataType.INT8 ? Byte.MAX_VALUE : 255);
    }

    Tensor scaleTensor() {
        return Tensor.scalar(scale);
    }

    Tensor zeroPointTensor() {
        return Tensor.of(type, new long[0], new byte[] {(byte) zeroPoint});
    }
}
