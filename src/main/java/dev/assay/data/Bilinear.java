package dev.assay.data;

/**
 * Bilinear resampling with half-pixel centres and clamped borders, without smoothing when it shrinks: the geometry of
 * OpenCV's {@code INTER_LINEAR} and of {@code torch.nn.functional.interpolate(mode="bilinear", align_corners=False)}.
 * Weights and sums are float32 and the result is rounded to the nearest level, halves upward; OpenCV's 11-bit fixed
 * point can therefore differ by one level.
 */
final class Bilinear {
    private final ImageSize from;
    private final ImageSize to;
    private final Axis rows;
    private final Axis columns;

    Bilinear(ImageSize from, ImageSize to) {
        this.from = from;
        this.to = to;
        rows = new Axis(from.height(), to.height());
        columns = new Axis(from.width(), to.width());
    }

    /** Resamples the planar RGB image at {@code sourceOffset} into {@code target} at {@code targetOffset}. */
    void resize(byte[] source, int sourceOffset, byte[] target, int targetOffset) {
        for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
            resizePlane(source, sourceOffset + channel * from.plane(), target, targetOffset + channel * to.plane());
        }
    }

    /** Source rows are resampled across once each, into two buffers that take turns, and then mixed down. */
    private void resizePlane(byte[] source, int sourceOffset, byte[] target, int targetOffset) {
        float[] above = new float[to.width()];
        float[] below = new float[to.width()];
        int upper = -1;
        int lower = -1;
        for (int row = 0; row < to.height(); row++) {
            if (rows.low[row] == lower) {
                float[] passed = above;
                above = below;
                below = passed;
                upper = lower;
                lower = -1;
            }
            if (rows.low[row] != upper) {
                upper = rows.low[row];
                resizeRow(source, sourceOffset + upper * from.width(), above);
            }
            if (rows.high[row] != lower) {
                lower = rows.high[row];
                resizeRow(source, sourceOffset + lower * from.width(), below);
            }
            mixRows(above, below, rows.share[row], target, targetOffset + row * to.width());
        }
    }

    private void resizeRow(byte[] source, int start, float[] resized) {
        for (int column = 0; column < resized.length; column++) {
            resized[column] = mix(
                    source[start + columns.low[column]], source[start + columns.high[column]], columns.share[column]);
        }
    }

    private static void mixRows(float[] above, float[] below, float down, byte[] target, int start) {
        for (int column = 0; column < above.length; column++) {
            target[start + column] = (byte) (above[column] + (below[column] - above[column]) * down + 0.5f);
        }
    }

    private static float mix(byte low, byte high, float share) {
        int base = low & 0xFF;
        return base + ((high & 0xFF) - base) * share;
    }

    /** For each target position the two source positions it lies between, and the share of the higher one. */
    private static final class Axis {
        private final int[] low;
        private final int[] high;
        private final float[] share;

        Axis(int source, int target) {
            low = new int[target];
            high = new int[target];
            share = new float[target];
            for (int i = 0; i < target; i++) {
                double centre = (i + 0.5) * source / target - 0.5;
                double clamped = Math.max(0, Math.min(centre, source - 1));
                low[i] = (int) clamped;
                high[i] = Math.min(low[i] + 1, source - 1);
                share[i] = (float) (clamped - low[i]);
            }
        }
    }
}
