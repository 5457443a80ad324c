package dev.assay.quant;

import dev.assay.ir.Tensor;

/** A weight tensor cut into channels along one axis: {@code [outer, channels, inner]} seen as rows of one channel each. */
final class Channels {
    private final long[] dims;
    private final int count;
    private final int inner;
    private final float[][] rows;

    private Channels(long[] dims, int count, int inner, float[] values) {
        this.dims = dims;
        this.count = count;
        this.inner = inner;
        this.rows = gather(values);
    }

    static Channels of(Tensor weights, int axis) {
        long[] dims = weights.dims();
        int inner = 1;
        for (int i = axis + 1; i < dims.length; i++) {
            inner *= (int) dims[i];
        }
        return new Channels(dims, (int) dims[axis], inner, weights.floats());
    }

    /** All elements as one channel. */
    static Channels whole(Tensor weights) {
        return new Channels(weights.dims(), 1, Math.toIntExact(weights.size()), weights.floats());
    }

    private float[][] gather(float[] values) {
        int length = count == 0 ? 0 : values.length / count;
        float[][] gathered = new float[count][length];
        if (inner == 1) {
            for (int from = 0, outer = 0; from < values.length; outer++) {
                for (int channel = 0; channel < count; channel++) {
                    gathered[channel][outer] = values[from++];
                }
            }
            return gathered;
        }
        for (int from = 0, outer = 0; from < values.length; outer++) {
            for (int channel = 0; channel < count; channel++, from += inner) {
                System.arraycopy(values, from, gathered[channel], outer * inner, inner);
            }
        }
        return gathered;
    }

    /** The reverse of cutting: bytes of each channel back in the tensor's order. */
    byte[] scatter(byte[][] bytes) {
        byte[] values = new byte[Math.toIntExact(Tensor.elements(dims))];
        if (inner == 1) {
            for (int to = 0, outer = 0; to < values.length; outer++) {
                for (int channel = 0; channel < count; channel++) {
                    values[to++] = bytes[channel][outer];
                }
            }
            return values;
        }
        for (int to = 0, outer = 0; to < values.length; outer++) {
            for (int channel = 0; channel < count; channel++, to += inner) {
                System.arraycopy(bytes[channel], outer * inner, values, to, inner);
            }
        }
        return values;
    }

    /** The channel that an element of the tensor is of. */
    int of(int element) {
        return element / inner % count;
    }

    int count() {
        return count;
    }

    /** The elements of one channel; not a copy. */
    float[] row(int channel) {
        return rows[channel];
    }

    long[] dims() {
        return dims.clone();
    }
}
