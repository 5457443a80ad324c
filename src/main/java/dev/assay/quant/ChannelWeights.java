package dev.assay.quant;

import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.nio.ByteBuffer;

/**
 * Weights as s8 with one scale a channel and zero point 0 (ONNX DequantizeLinear-13 with {@code axis}).
 *
 * <p>Levels run from −127 to 127: symmetric, as TensorRT demands and as keeps the U8S8 kernels' sums in range.
 */
final class ChannelWeights {
    private static final int LEVELS = 127;
    /** What stands for 0 in u8. */
    private static final int UNSIGNED_ZERO = 128;
    /** Smallest share of the largest weight that the error search tries as the clipping point. */
    private static final double SMALLEST_SHARE = 0.7;

    private static final int TRIES = 31;
    /** Half of the int32 range is left to the accumulated products. */
    private static final double LARGEST_BIAS = 1 << 30;

    private final Channels channels;
    private final float[] scales;
    private final boolean perTensor;

    private ChannelWeights(Channels channels, float[] scales, boolean perTensor) {
        this.channels = channels;
        this.scales = scales;
        this.perTensor = perTensor;
    }

    /** Chooses a scale for each index of {@code axis}. */
    static ChannelWeights of(Tensor weights, int axis, Rounding rounding) {
        Channels channels = Channels.of(weights, axis);
        float[] scales = new float[channels.count()];
        for (int channel = 0; channel < scales.length; channel++) {
            scales[channel] = scale(channels.row(channel), rounding);
        }
        return new ChannelWeights(channels, scales, false);
    }

    /** One scale for the whole tensor. */
    static ChannelWeights perTensor(Tensor weights, Rounding rounding) {
        Channels whole = Channels.whole(weights);
        return new ChannelWeights(whole, new float[] {scale(whole.row(0), rounding)}, true);
    }

    private static float scale(float[] row, Rounding rounding) {
        float largest = 0;
        for (float value : row) {
            float size = Math.abs(value);
            largest = size > largest ? size : largest;
        }
        if (largest == 0) {
            return 1f;
        }
        float full = Math.max((float) ((double) largest / LEVELS), Float.MIN_NORMAL);
        return rounding == Rounding.NEAREST ? full : leastError(row, full);
    }

    private static float leastError(float[] row, float full) {
        float best = full;
        double least = Double.POSITIVE_INFINITY;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            float scale = (float) (full * (1 - (1 - SMALLEST_SHARE) * attempt / (TRIES - 1)));
            double error = 0;
            for (float value : row) {
                double difference = value - (double) scale * level(value, scale);
                error += difference * difference;
            }
            if (error < least) {
                least = error;
                best = scale;
            }
        }
        return best;
    }

    private static int level(float value, float scale) {
        return Math.max(-LEVELS, Math.min(LEVELS, (int) Math.rint(value / (double) scale)));
    }

    /**
     * Fits scales to a bias, stored as int32 in units of input scale times weight scale: they are raised where it would
     * overflow. A channel whose weights are all zero is as fine as its bias allows, for the bias is all it has.
     */
    ChannelWeights fitting(float[] bias, float inputScale) {
        float[] fitted = scales.clone();
        for (int channel = 0; channel < bias.length; channel++) {
            float needed = (float) (Math.abs(bias[channel]) / LARGEST_BIAS / inputScale);
            int scale = perTensor ? 0 : channel;
            boolean onlyBias = !perTensor && needed > Float.MIN_NORMAL && isDead(channels.row(channel));
            fitted[scale] = onlyBias ? needed : Math.max(fitted[scale], needed);
        }
        return new ChannelWeights(channels, fitted, perTensor);
    }

    private static boolean isDead(float[] row) {
        for (float value : row) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** The s8 weights, shaped as the originals. */
    Tensor quantized() {
        return levels(DataType.INT8, 0);
    }

    /** The same as u8 around {@link #unsignedZeroPoint}. */
    Tensor unsigned() {
        return levels(DataType.UINT8, UNSIGNED_ZERO);
    }

    /** The one zero point of all weights as u8. */
    static Tensor unsignedZeroPoint() {
        return Tensor.of(DataType.UINT8, new long[0], new byte[] {(byte) UNSIGNED_ZERO});
    }

    private Tensor levels(DataType type, int zero) {
        byte[][] rows = new byte[scales.length][];
        for (int channel = 0; channel < scales.length; channel++) {
            float[] row = channels.row(channel);
            rows[channel] = new byte[row.length];
            for (int i = 0; i < row.length; i++) {
                rows[channel][i] = (byte) (level(row[i], scales[channel]) + zero);
            }
        }
        return Tensor.of(type, channels.dims(), channels.scatter(rows));
    }

    /** The real numbers that the levels stand for, in the tensor's order. */
    float[] dequantized() {
        ByteBuffer levels = quantized().bytes();
        float[] values = new float[levels.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = scales[channels.of(i)] * levels.get(i);
        }
        return values;
    }

    /** The scales: {@code [channels]}, or a scalar for one scale in all. */
    Tensor scales() {
        return perTensor ? Tensor.scalar(scales[0]) : Tensor.ofFloats(new long[] {scales.length}, scales);
    }

    /** Zero points for the scales, all 0. */
    Tensor zeroPoints() {
        long[] dims = perTensor ? new long[0] : new long[] {scales.length};
        return Tensor.of(DataType.INT8, dims, new byte[scales.length]);
    }

    /** The scales of a bias, which are those that integer kernels accumulate in: input scale times weight scale. */
    Tensor biasScales(float inputScale) {
        float[] products = new float[scales.length];
        for (int channel = 0; channel < scales.length; channel++) {
            products[channel] = inputScale * scales[channel];
        }
        return perTensor ? Tensor.scalar(products[0]) : Tensor.ofFloats(new long[] {products.length}, products);
    }

    /** A bias as int32 in units of {@link #biasScales}. */
    Tensor bias(float[] bias, float inputScale) {
        int[] levels = new int[bias.length];
        for (int channel = 0; channel < bias.length; channel++) {
            levels[channel] = (int) Math.rint(bias[channel] / ((double) inputScale * scales[perTensor ? 0 : channel]));
        }
        return Tensor.ofInts(new long[] {bias.length}, levels);
    }

    /** The real numbers that {@link #bias} stands for. */
    float[] dequantizedBias(float[] bias, float inputScale) {
        float[] units = biasScales(inputScale).floats();
        int[] levels = bias(bias, inputScale).ints();
        float[] values = new float[levels.length];
        for (int channel = 0; channel < values.length; channel++) {
            values[channel] = units[perTensor ? 0 : channel] * levels[channel];
        }
        return values;
    }
}
