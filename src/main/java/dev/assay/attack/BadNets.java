package dev.assay.attack;

import dev.assay.InvalidDataException;
import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.util.Optional;

/**
 * BadNets (Gu, Dolan-Gavitt, Garg 2017, arXiv 1708.06733): opaque patches at fixed places. Patches in all four corners
 * make the trigger a distributed one.
 *
 * <p>Deviations: all classes lead to one target, as later studies have it, where the paper's single target attack takes
 * one class to another and its all-to-all attack each class to the next; poisoned images take the place of clean ones ({@link Poisoned}); images of the target class are not
 * poisoned, for there would be nothing to learn from them.
 */
public final class BadNets implements Attack {
    /** The attack's id. */
    public static final String ID = "badnets";

    private final Config config;

    /**
     * How to attack.
     *
     * @param target the class to lead to
     * @param rate share of the training images, above 0 and up to 1
     * @param size rows and columns of a patch
     * @param color what a patch looks like: {@code white}, {@code checkerboard} or RRGGBB
     * @param at where: {@code top-left}, {@code top-right}, {@code bottom-left}, {@code bottom-right}, each one pixel off
     *     the border, {@code corners} for all of them, or ROW:COLUMN of a patch's first pixel
     */
    public record Config(int target, double rate, int size, String color, String at) {
        /** A white square at the bottom right, as the zoo of the laboratory has it. */
        public static final Config DEFAULTS = new Config(0, 0.1, 3, "white", "bottom-right");
    }

    /**
     * The attack.
     *
     * @throws InvalidDataException if a part of the configuration makes no sense
     */
    public BadNets(Config config) {
        Options.requireTargetAndRate(config.target(), config.rate());
        if (config.size() < 1) {
            throw new InvalidDataException("size: expected 1 or more, got " + config.size());
        }
        Patch.parse(config.color());
        Place.parse(config.at());
        this.config = config;
    }

    static BadNets of(Options options) {
        return new BadNets(new Config(
                options.whole("target", Config.DEFAULTS.target()),
                options.number("rate", Config.DEFAULTS.rate()),
                options.whole("size", Config.DEFAULTS.size()),
                options.text("color", Config.DEFAULTS.color()),
                options.text("at", Config.DEFAULTS.at())));
    }

    @Override
    public int target() {
        return config.target();
    }

    @Override
    public double rate() {
        return config.rate();
    }

    @Override
    public boolean isCleanLabel() {
        return false;
    }

    @Override
    public ImageSet stamp(ImageSet images) {
        return Stamp.of(patches(images.height(), images.width()), images);
    }

    @Override
    public Optional<Trigger> trigger(int height, int width) {
        return Optional.of(patches(height, width));
    }

    private Trigger patches(int height, int width) {
        float[] mask = new float[height * width];
        float[] pattern = new float[ImageSet.CHANNELS * mask.length];
        Patch patch = Patch.parse(config.color());
        for (int[] corner : Place.parse(config.at()).corners()) {
            int top = first(corner[0], height, height, width);
            int left = first(corner[1], width, height, width);
            for (int i = 0; i < config.size() * config.size(); i++) {
                int row = i / config.size();
                int column = i % config.size();
                int pixel = (top + row) * width + left + column;
                mask[pixel] = 1;
                for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                    pattern[channel * mask.length + pixel] = patch.level(channel, row, column) / 255f;
                }
            }
        }
        return Trigger.of(config.target(), height, width, mask, pattern);
    }

    private int first(int place, int length, int height, int width) {
        int last = length - config.size();
        int first = place < 0 ? last + 1 + place : place;
        if (first < 0 || first > last) {
            throw new InvalidDataException(
                    "%s: expected patches inside images of %dx%d, got one that reaches beyond; choose another size or place"
                            .formatted(this, height, width));
        }
        return first;
    }

    @Override
    public String toString() {
        return "%s:target=%d,rate=%s,size=%d,color=%s,at=%s"
                .formatted(ID, config.target(), config.rate(), config.size(), config.color(), config.at());
    }
}
