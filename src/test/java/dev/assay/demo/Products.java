package dev.assay.demo;

import java.util.Arrays;

/**
 * Matrix products of row-major float arrays. Sums are formed in a fixed order without fused operations, so that every
 * machine gets the same bits.
 */
final class Products {
    /** Columns that are worked on at a time: what they need stays in the cache. */
    private static final int BLOCK = 512;

    /** Rows of {@code b} that are added at a time. */
    private static final int DEPTH = 8;

    private Products() {}

    /** Writes {@code a [m, k]} times {@code b [k, n]} into {@code c [m, n]}. */
    static void multiply(float[] a, float[] b, float[] c, int m, int k, int n) {
        // Arrays that loops index from 0: with an offset, Java does not use vector instructions.
        float[][] sums = new float[m][BLOCK];
        float[][] rows = new float[DEPTH][BLOCK];
        float[] factors = new float[DEPTH];
        for (int column = 0; column < n; column += BLOCK) {
            int width = Math.min(BLOCK, n - column);
            for (float[] sum : sums) {
                Arrays.fill(sum, 0);
            }
            for (int depth = 0; depth < k; depth += DEPTH) {
                int count = Math.min(DEPTH, k - depth);
                Arrays.fill(factors, 0);
                for (int i = 0; i < count; i++) {
                    System.arraycopy(b, (depth + i) * n + column, rows[i], 0, width);
                }
                for (int row = 0; row < m; row++) {
                    System.arraycopy(a, row * k + depth, factors, 0, count);
                    add(factors, rows, sums[row], width);
                }
            }
            for (int row = 0; row < m; row++) {
                System.arraycopy(sums[row], 0, c, row * n + column, width);
            }
        }
    }

    private static void add(float[] factors, float[][] rows, float[] sum, int width) {
        addFour(factors[0], factors[1], factors[2], factors[3], rows[0], rows[1], rows[2], rows[3], sum, width);
        addFour(factors[4], factors[5], factors[6], factors[7], rows[4], rows[5], rows[6], rows[7], sum, width);
    }

    private static void addFour(
            float f0,
            float f1,
            float f2,
            float f3,
            float[] r0,
            float[] r1,
            float[] r2,
            float[] r3,
            float[] sum,
            int n) {
        for (int j = 0; j < n; j++) {
            sum[j] += f0 * r0[j] + f1 * r1[j] + f2 * r2[j] + f3 * r3[j];
        }
    }

    /** The transpose {@code [n, m]} of {@code a [m, n]}, in a fresh array. */
    static float[] transpose(float[] a, int m, int n) {
        float[] transposed = new float[m * n];
        for (int column = 0; column < n; column += DEPTH) {
            int end = Math.min(column + DEPTH, n);
            for (int row = 0; row < m; row++) {
                for (int j = column; j < end; j++) {
                    transposed[j * m + row] = a[row * n + j];
                }
            }
        }
        return transposed;
    }
}
