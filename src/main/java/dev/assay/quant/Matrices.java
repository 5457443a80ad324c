package dev.assay.quant;

import dev.assay.ir.Tensor;

/** Weight tensors brought into the order that a kernel wants. */
final class Matrices {
    private Matrices() {}

    /** A FLOAT matrix with rows and columns exchanged. */
    static Tensor transposed(Tensor matrix) {
        int rows = (int) matrix.dim(0);
        int columns = (int) matrix.dim(1);
        return Tensor.ofFloats(new long[] {columns, rows}, transposed(matrix.floats(), rows, columns));
    }

    /** {@code [rows, columns]} as {@code [columns, rows]}. */
    static float[] transposed(float[] matrix, int rows, int columns) {
        float[] turned = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                turned[column * rows + row] = matrix[row * columns + column];
            }
        }
        return turned;
    }

    /** Convolution weights {@code [M, C, kH, kW]} as {@code [M, kH, kW, C]}: the order of shifted NHWC images. */
    static float[] channelsLast(Tensor weights) {
        int filters = (int) weights.dim(0);
        int channels = (int) weights.dim(1);
        int kernel = (int) (weights.dim(2) * weights.dim(3));
        float[] values = weights.floats();
        float[] turned = new float[values.length];
        for (int filter = 0; filter < filters; filter++) {
            int base = filter * channels * kernel;
            for (int channel = 0; channel < channels; channel++) {
                for (int place = 0; place < kernel; place++) {
                    turned[base + place * channels + channel] = values[base + channel * kernel + place];
                }
            }
        }
        return turned;
    }
}
