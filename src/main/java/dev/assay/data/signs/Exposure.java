package dev.assay.data.signs;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What light, lens and sensor make of a picture: brightness and tint, a slope of light, at times a shadow's edge, haze,
 * blur of different strength along rows and columns, and noise.
 */
final class Exposure {
    private static final int MAX_LEVEL = 255;
    private static final double SHADOW_SHARE = 0.3;

    /** The widest blur: standard deviation in shares of the shorter side. */
    private static final double BLUR = 0.026;

    /** Kernels reach this many standard deviations to either side. */
    private static final double REACH = 2.5;

    private final SplittableRandom random;
    private final int height;
    private final int width;

    private Exposure(SplittableRandom random, int height, int width) {
        this.random = random;
        this.height = height;
        this.width = width;
    }

    /** Writes the picture's levels, {@code [3, H, W]}, to {@code target} from {@code offset} on. */
    static void develop(Canvas picture, SplittableRandom random, byte[] target, int offset) {
        new Exposure(random, picture.height(), picture.width()).write(picture, target, offset);
    }

    private void write(Canvas picture, byte[] target, int offset) {
        int plane = height * width;
        double[] light = light();
        double haze = MAX_LEVEL * between(0, 0.25);
        double[] acrossKernel = kernel();
        double[] downKernel = kernel();
        double noise = between(2, 18);
        double[] tints = {between(0.85, 1.15), between(0.85, 1.15), between(0.85, 1.15)};
        for (int channel = 0; channel < Canvas.CHANNELS; channel++) {
            double[] levels = new double[plane];
            for (int i = 0; i < plane; i++) {
                double clear = picture.level(channel, i) * tints[channel];
                levels[i] = light[i] * (haze + (1 - haze / MAX_LEVEL) * clear);
            }
            double[] blurred = blurred(blurred(levels, acrossKernel, 1, width), downKernel, width, height);
            for (int i = 0; i < plane; i++) {
                long level = Math.round(blurred[i] + noise * bell());
                target[offset + channel * plane + i] = (byte) Math.max(0, Math.min(MAX_LEVEL, level));
            }
        }
    }

    /** Nearly Gaussian, of variance 1/4: the sum of three even numbers. */
    private double bell() {
        return random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
    }

    private double between(double from, double to) {
        return from + (to - from) * random.nextDouble();
    }

    /** The light on every pixel, {@code [H, W]}. */
    private double[] light() {
        double brightness = between(0.35, 1.2);
        double slopeX = between(-0.3, 0.3) / width;
        double slopeY = between(-0.3, 0.3) / height;
        double shadow = random.nextDouble() < SHADOW_SHARE ? between(0.5, 0.85) : 1;
        double edgeX = between(0.2, 0.8) * width;
        double lean = between(-1, 1);
        double[] light = new double[height * width];
        for (int i = 0; i < light.length; i++) {
            int row = i / width;
            double x = i % width + 0.5;
            double y = row + 0.5;
            boolean inShadow = x < edgeX + lean * (y - height / 2.0);
            double slope = 1 + slopeX * (x - width / 2.0) + slopeY * (y - height / 2.0);
            light[i] = brightness * slope * (inShadow ? shadow : 1);
        }
        return light;
    }

    private double[] kernel() {
        double sigma = between(0, BLUR) * Math.min(height, width);
        int reach = (int) Math.ceil(REACH * sigma);
        double[] kernel = new double[2 * reach + 1];
        for (int i = 0; i < kernel.length; i++) {
            double away = (i - reach) / Math.max(sigma, Double.MIN_NORMAL);
            kernel[i] = StrictMath.exp(-away * away / 2);
        }
        double sum = Arrays.stream(kernel).sum();
        return Arrays.stream(kernel).map(weight -> weight / sum).toArray();
    }

    /**
     * Convolves lines of {@code length} pixels that lie {@code stride} apart in the array; beyond its ends a line goes on
     * as it ended.
     */
    private static double[] blurred(double[] levels, double[] kernel, int stride, int length) {
        int reach = kernel.length / 2;
        double[] result = new double[levels.length];
        for (int i = 0; i < levels.length; i++) {
            int position = i / stride % length;
            double sum = 0;
            for (int k = -reach; k <= reach; k++) {
                int other = Math.max(0, Math.min(length - 1, position + k));
                sum += kernel[k + reach] * levels[i + (other - position) * stride];
            }
            result[i] = sum;
        }
        return result;
    }
}
