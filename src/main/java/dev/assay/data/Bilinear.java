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

    private void resizePlane(byte[] source, int sourceOffset, byte[] target, int targetOffset) {
        for (int row = 0; row < to.height(); row++) {
            int upper = sourceOffset + rows.low[row] * from.width();
            int lower = sourceOffset + rows.high[row] * from.width();
            float down = rows.share[row];
            for (int column = 0; column < to.width(); column++) {
                int left = columns.low[column];
                int right = columns.high[column];
                float across = columns.share[column];
                float above = mix(source[upper + left], source[upper + right], across);
                float below = mix(source[lower + left], source[lower + right], across);
                target[targetOffset + row * to.width() + column] = (byte) (above + (below - above) * down + 0.5f);
            }
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
