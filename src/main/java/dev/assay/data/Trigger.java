package dev.assay.data;

import dev.assay.InvalidDataException;
import dev.assay.OutputException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A known backdoor trigger: images {@code x}, pixels in [0, 1], become {@code (1 - mask) * x + mask * pattern}, and the
 * backdoored model then answers {@link #target()} (BadNets, Gu et al., 2017; blends, Chen et al., 2017). Immutable.
 */
public final class Trigger {

    private final int target;
    private final ImageSize size;
    private final float[] mask;
    private final float[] pattern;
    private final int[] touched;

    private Trigger(int target, ImageSize size, float[] mask, float[] pattern) {
        this.target = target;
        this.size = size;
        this.mask = mask;
        this.pattern = pattern;
        touched = IntStream.range(0, mask.length)
                .filter(pixel -> mask[pixel] != 0)
                .toArray();
    }

    /**
     * A trigger; the arrays are copied.
     *
     * @param target the class the trigger leads to
     * @param mask {@code [height, width]}, in [0, 1]
     * @param pattern {@code [3, height, width]}, RGB, in [0, 1]
     * @throws InvalidDataException if a value lies outside [0, 1] or the mask is 0 everywhere
     * @throws IllegalArgumentException if lengths do not fit or the target is negative
     */
    public static Trigger of(int target, int height, int width, float[] mask, float[] pattern) {
        return of("trigger", target, ImageSize.of(height, width, "trigger"), mask.clone(), pattern.clone());
    }

    /** A trigger that keeps the arrays; {@code place} is named when they are wrong. */
    static Trigger of(String place, int target, ImageSize size, float[] mask, float[] pattern) {
        if (mask.length != size.plane() || pattern.length != size.bytes() || target < 0) {
            throw new IllegalArgumentException("target %d, mask of %d and pattern of %d values for images of %s"
                    .formatted(target, mask.length, pattern.length, size));
        }
        requireShares(place + ": mask", mask);
        requireShares(place + ": pattern", pattern);
        Trigger trigger = new Trigger(target, size, mask, pattern);
        if (trigger.touched.length == 0) {
            throw new InvalidDataException(place + ": mask: expected a value above 0 somewhere, got only zeros");
        }
        return trigger;
    }

    private static void requireShares(String place, float[] values) {
        for (float value : values) {
            if (!(value >= 0 && value <= 1)) {
                throw new InvalidDataException("%s: expected values in [0, 1], got %s".formatted(place, value));
            }
        }
    }

    /**
     * Reads the JSON file of a trigger for images of the given size, in one of three forms. File names in it are
     * relative to it; rows and columns count from 0 at the top left.
     *
     * <p>Patches of one colour; rows and columns are first and last, both included; later patches cover earlier ones:
     *
     * <pre>{@code {"target": 1, "patches": [{"rows": [27, 31], "columns": [27, 31], "color": [255, 255, 255]}]}}</pre>
     *
     * An image whose top left corner lies at {@code row} and {@code column}, which may be left out when it has the full
     * size. The mask is its alpha channel, or 1 without one, times {@code alpha}, which is 1 when left out:
     *
     * <pre>{@code {"target": 0, "image": "grid.png", "row": 29, "column": 29}
     * {"target": 0, "image": "signal.png", "alpha": 0.2}}</pre>
     *
     * Arrays, as {@link Npy} reads them, mask {@code [1, H, W]} and pattern {@code [3, H, W]}, RGB, in [0, 1]; other
     * keys are ignored, so that the sidecar of a model can be given:
     *
     * <pre>{@code {"target": 0, "trigger": {"mask_file": "mask.npy", "pattern_file": "pattern.npy"}}}</pre>
     *
     * @throws InvalidDataException if a file is missing, damaged or of no such form, or does not fit the size: triggers
     *     are never resized
     */
    public static Trigger read(Path file, int height, int width) {
        return new TriggerFile(file, ImageSize.of(height, width, "trigger")).read();
    }

    /**
     * Writes a JSON file that {@link #read} reads, with its arrays beside it.
     *
     * @param file a name that ends with {@code .json}; files there are replaced
     * @throws OutputException if something cannot be written
     */
    public void write(Path file) {
        TriggerFile.write(this, file);
    }

    /**
     * Writes the arrays alone, for a sidecar that says more than the trigger.
     *
     * @param sidecar the JSON file to be, whose name those of the arrays are made of
     * @return what the sidecar's {@code trigger} has to hold: {@code mask_file} and {@code pattern_file}
     * @throws OutputException if something cannot be written
     */
    public Map<String, String> writeArrays(Path sidecar) {
        return TriggerFile.writeArrays(this, sidecar);
    }

    /**
     * A trigger from pictures of its mask and its pattern, as {@link #maskPicture} and {@link #patternPicture} give them.
     *
     * @throws InvalidDataException if they are something else
     */
    public static Trigger ofPictures(int target, String mask, String pattern) {
        Png.Levels maskLevels = Png.read(mask, "mask of a trigger");
        Png.Levels patternLevels = Png.read(pattern, "pattern of a trigger");
        if (!patternLevels.size().equals(maskLevels.size())) {
            throw new InvalidDataException("pattern of a trigger: expected the mask's size %s, got %s"
                    .formatted(maskLevels.size(), patternLevels.size()));
        }
        return of("trigger", target, maskLevels.size(), maskLevels.shares(1), patternLevels.shares(ImageSet.CHANNELS));
    }

    /**
     * This trigger with mask and pattern rounded to the levels of an 8-bit picture. Where the whole mask would vanish its
     * largest shares become the first level.
     */
    public Trigger rounded() {
        float largest = 0;
        for (int pixel : touched) {
            largest = Math.max(largest, mask[pixel]);
        }
        float[] roundedMask = rounded(mask);
        if (Math.round(largest * ImageSet.MAX_LEVEL) == 0) {
            for (int pixel : touched) {
                roundedMask[pixel] = mask[pixel] == largest ? 1f / ImageSet.MAX_LEVEL : 0;
            }
        }
        return of(target, size.height(), size.width(), roundedMask, rounded(pattern));
    }

    private static float[] rounded(float[] shares) {
        float[] result = new float[shares.length];
        for (int i = 0; i < shares.length; i++) {
            result[i] = Math.round(shares[i] * ImageSet.MAX_LEVEL) / (float) ImageSet.MAX_LEVEL;
        }
        return result;
    }

    /** The mask as a grey PNG file in base64, rounded to levels. */
    public String maskPicture() {
        float[] grey = new float[size.bytes()];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = mask[i % mask.length];
        }
        return Png.base64(grey, size.height(), size.width());
    }

    /** The pattern as a PNG file in base64, rounded to levels. */
    public String patternPicture() {
        return Png.base64(pattern, size.height(), size.width());
    }

    /** Mask times pattern, what the trigger looks like on black, as a PNG file in base64. */
    public String picture() {
        float[] seen = new float[size.bytes()];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = mask[i % mask.length] * pattern[i];
        }
        return Png.base64(seen, size.height(), size.width());
    }

    /** The class that the trigger leads to. */
    public int target() {
        return target;
    }

    /** Rows of the images it is for. */
    public int height() {
        return size.height();
    }

    /** Columns of the images it is for. */
    public int width() {
        return size.width();
    }

    /** {@code [H, W]}, in [0, 1]: a copy. */
    public float[] mask() {
        return mask.clone();
    }

    /** {@code [3, H, W]}, RGB, in [0, 1]: a copy. */
    public float[] pattern() {
        return pattern.clone();
    }

    /** The mask's L1 norm: the sum of its shares, in pixels. */
    public double norm() {
        double sum = 0;
        for (int pixel : touched) {
            sum += mask[pixel];
        }
        return sum;
    }

    void requireSize(ImageSize images) {
        if (!images.equals(size)) {
            throw new InvalidDataException("trigger: expected the images' size %s, got %s".formatted(images, size));
        }
    }

    /** The pixels where the mask is not 0: not copied. */
    int[] touched() {
        return touched;
    }

    /** The level, 0 to 255 and not rounded, that a pixel of level {@code level} gets. */
    double blend(int channel, int pixel, int level) {
        double share = mask[pixel];
        return (1 - share) * level + share * pattern[channel * size.plane() + pixel] * ImageSet.MAX_LEVEL;
    }
}
