package dev.assay.quant;

import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;

/**
 * A matrix of weights in 4 bits with one scale for each block of consecutive weights that are multiplied with the same
 * row of activations, i.e. along the inner dimension K.
 *
 * <p>Symmetric blocks hold −8 to 7 around 0, with the better of two scales: a signed one that puts the largest weight on
 * −8, or one that keeps ±w opposite and leaves −8 unused. Asymmetric blocks map their range, widened to hold 0, onto 0 to 15.
 */
final class BlockWeights {
    private static final double SMALLEST_SHARE = 0.6;
    private static final int TRIES = 21;

    private final int rows;
    private final int inner;
    private final int block;
    private final boolean symmetric;
    /** Levels 0 to 15 of {@code [rows, K]}; the zero point of a symmetric block is 8. */
    private final byte[] levels;

    private final float[] scales;
    private final byte[] zeroPoints;

    private BlockWeights(int rows, int inner, int block, boolean symmetric) {
        this.rows = rows;
        this.inner = inner;
        this.block = block;
        this.symmetric = symmetric;
        this.levels = new byte[rows * inner];
        this.scales = new float[rows * blocks()];
        this.zeroPoints = new byte[rows * blocks()];
    }

    /**
     * Quantizes a matrix.
     *
     * @param weights {@code [rows, K]}, row by row: one row for each output
     */
    static BlockWeights of(float[] weights, int rows, QuantConfig config) {
        int inner = weights.length / rows;
        BlockWeights result = new BlockWeights(rows, inner, config.blockSize(), config.symmetric());
        for (int row = 0; row < rows; row++) {
            for (int b = 0; b < result.blocks(); b++) {
                int from = row * inner + b * result.block;
                int to = Math.min(from + result.block, (row + 1) * inner);
                result.quantize(weights, from, to, row * result.blocks() + b, config.rounding());
            }
        }
        return result;
    }

    /** Blocks in a row; the last may be shorter. */
    int blocks() {
        return (inner + block - 1) / block;
    }

    int inner() {
        return inner;
    }

    private void quantize(float[] weights, int from, int to, int index, Rounding rounding) {
        float min = 0;
        float max = 0;
        for (int i = from; i < to; i++) {
            min = Math.min(min, weights[i]);
            max = Math.max(max, weights[i]);
        }
        double least = Double.POSITIVE_INFINITY;
        int tries = rounding == Rounding.NEAREST ? 1 : TRIES;
        for (int attempt = 0; attempt < tries; attempt++) {
            double share = 1 - (1 - SMALLEST_SHARE) * attempt / (TRIES - 1);
            for (float scale : scales(min * share, max * share)) {
                int zero = symmetric ? 8 : (int) Math.max(0, Math.min(15, Math.rint(-min * share / scale)));
                double error = error(weights, from, to, scale, zero);
                if (error < least) {
                    least = error;
                    scales[index] = scale;
                    zeroPoints[index] = (byte) zero;
                }
            }
        }
        for (int i = from; i < to; i++) {
            levels[i] = (byte) level(weights[i], scales[index], zeroPoints[index]);
        }
    }

    /** Candidates: a symmetric block may put its largest weight on −8 or, so that ±w stay opposites, on ±7. */
    private float[] scales(double min, double max) {
        if (!symmetric) {
            return new float[] {usable((max - min) / 15)};
        }
        double largest = max > -min ? max : min;
        return new float[] {usable(largest / -8), usable(Math.abs(largest) / 7)};
    }

    private static float usable(double scale) {
        return Math.abs(scale) < Float.MIN_NORMAL ? 1f : (float) scale;
    }

    private static double error(float[] weights, int from, int to, float scale, int zero) {
        double error = 0;
        for (int i = from; i < to; i++) {
            double difference = weights[i] - (double) scale * (level(weights[i], scale, zero) - zero);
            error += difference * difference;
        }
        return error;
    }

    private static int level(float value, float scale, int zero) {
        return (int) Math.max(0, Math.min(15, Math.rint(value / (double) scale) + zero));
    }

    /**
     * For DequantizeLinear-21 along axis 0 of {@code [K, rows]}, the form that ONNX Runtime turns into MatMulNBits.
     */
    Blocked alongFirstAxis() {
        byte[] packed = new byte[(rows * inner + 1) / 2];
        for (int k = 0; k < inner; k++) {
            for (int row = 0; row < rows; row++) {
                pack(packed, k * rows + row, levels[row * inner + k]);
            }
        }
        float[] turnedScales = new float[scales.length];
        byte[] packedZeros = new byte[(scales.length + 1) / 2];
        for (int b = 0; b < blocks(); b++) {
            for (int row = 0; row < rows; row++) {
                turnedScales[b * rows + row] = scales[row * blocks() + b];
                pack(packedZeros, b * rows + row, zeroPoints[row * blocks() + b]);
            }
        }
        return new Blocked(
                Tensor.of(type(), new long[] {inner, rows}, packed),
                Tensor.ofFloats(new long[] {blocks(), rows}, turnedScales),
                Tensor.of(type(), new long[] {blocks(), rows}, packedZeros));
    }

    /** For DequantizeLinear-21 along axis 1 of {@code [rows, K]}. */
    Blocked alongSecondAxis() {
        byte[] packed = new byte[(rows * inner + 1) / 2];
        for (int i = 0; i < levels.length; i++) {
            pack(packed, i, levels[i]);
        }
        byte[] packedZeros = new byte[(scales.length + 1) / 2];
        for (int i = 0; i < scales.length; i++) {
            pack(packedZeros, i, zeroPoints[i]);
        }
        return new Blocked(
                Tensor.of(type(), new long[] {rows, inner}, packed),
                Tensor.ofFloats(new long[] {rows, blocks()}, scales),
                Tensor.of(type(), new long[] {rows, blocks()}, packedZeros));
    }

    /**
     * For {@code com.microsoft.MatMulNBits}: levels {@code [rows, blocks, block/2]} low half first, scales
     * {@code [rows · blocks]}, zero points {@code [rows · ⌈blocks/2⌉]}. The short last block is filled with its zero
     * point.
     */
    Blocked forMatMulNBits() {
        int bytes = block / 2;
        byte[] packed = new byte[rows * blocks() * bytes];
        int zeroBytes = (blocks() + 1) / 2;
        byte[] packedZeros = new byte[rows * zeroBytes];
        for (int row = 0; row < rows; row++) {
            for (int b = 0; b < blocks(); b++) {
                int index = row * blocks() + b;
                for (int i = 0; i < block; i++) {
                    int k = b * block + i;
                    int level = k < inner ? levels[row * inner + k] : zeroPoints[index];
                    packed[index * bytes + i / 2] |= (byte) (level << (i % 2 * 4));
                }
                packedZeros[row * zeroBytes + b / 2] |= (byte) (zeroPoints[index] << (b % 2 * 4));
            }
        }
        return new Blocked(
                Tensor.of(DataType.UINT8, new long[] {rows, blocks(), bytes}, packed),
                Tensor.ofFloats(new long[] {scales.length}, scales),
                Tensor.of(DataType.UINT8, new long[] {packedZeros.length}, packedZeros));
    }

    /** The weights that the 4-bit levels stand for, {@code [rows, K]}. */
    float[] dequantized() {
        float[] values = new float[levels.length];
        for (int i = 0; i < values.length; i++) {
            int index = i / inner * blocks() + i % inner / block;
            values[i] = scales[index] * (levels[i] - zeroPoints[index]);
        }
        return values;
    }

    /** Weights, scales and zero points of one operator's inputs. */
    record Blocked(Tensor weights, Tensor scales, Tensor zeroPoints) {}

    private DataType type() {
        return symmetric ? DataType.INT4 : DataType.UINT4;
    }

    /** INT4 stores level − 8 in two's complement, which flips the highest bit. */
    private void pack(byte[] packed, int i, int level) {
        int bits = symmetric ? (level ^ 8) & 0xF : level;
        packed[i / 2] |= (byte) (bits << (i % 2 * 4));
    }
}
