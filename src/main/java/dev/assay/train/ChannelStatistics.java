package dev.assay.train;

import dev.assay.data.ImageSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Mean and deviation of each channel of images with pixels in [0, 1], to four decimals as they are usually given.
 *
 * @param mean red, green, blue
 * @param std red, green, blue; 1 for a channel of one level
 */
public record ChannelStatistics(List<Double> mean, List<Double> std) {
    private static final double LEVELS = 255;
    private static final double DECIMALS = 1e4;

    public ChannelStatistics {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /** Measures images, one or more. */
    public static ChannelStatistics of(ImageSet images) {
        int plane = images.height() * images.width();
        long[] sums = new long[ImageSet.CHANNELS];
        long[] squares = new long[ImageSet.CHANNELS];
        for (int i = 0; i < images.size(); i++) {
            ByteBuffer image = images.image(i);
            for (int place = 0; place < ImageSet.CHANNELS * plane; place++) {
                int level = image.get(place) & 0xFF;
                sums[place / plane] += level;
                squares[place / plane] += (long) level * level;
            }
        }
        double pixels = (double) images.size() * plane;
        List<Double> mean = new ArrayList<>();
        List<Double> std = new ArrayList<>();
        for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
            double center = sums[channel] / pixels;
            double variance = Math.max(0, squares[channel] / pixels - center * center);
            double deviation = rounded(Math.sqrt(variance) / LEVELS);
            mean.add(rounded(center / LEVELS));
            std.add(deviation > 0 ? deviation : 1);
        }
        return new ChannelStatistics(mean, std);
    }

    private static double rounded(double value) {
        return Math.round(value * DECIMALS) / DECIMALS;
    }
}
