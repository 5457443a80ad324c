package dev.assay.grad;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/** Planes of low frequency: a grid of equal blocks, each of one value. */
final class Blocks {
    /** Blocks along each axis. */
    private static final int SIDE = 8;

    /** Blocks of a plane. */
    static final int COUNT = SIDE * SIDE;

    private Blocks() {}

    /** Planes {@code [planes, height, width]} with a fresh value for each block. */
    static float[] planes(int planes, int height, int width, DoubleSupplier values) {
        int plane = height * width;
        float[] result = new float[planes * plane];
        double[] blocks = new double[COUNT];
        for (int start = 0; start < result.length; start += plane) {
            Arrays.setAll(blocks, i -> values.getAsDouble());
            for (int pixel = 0; pixel < plane; pixel++) {
                int row = pixel / width * SIDE / height;
                int column = pixel % width * SIDE / width;
                result[start + pixel] = (float) blocks[row * SIDE + column];
            }
        }
        return result;
    }
}
