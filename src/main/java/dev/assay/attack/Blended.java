package dev.assay.attack;

import dev.assay.InvalidDataException;
import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Blended injection (Chen, Liu, Li, Lu, Song 2017, arXiv 1712.05526, the Blended Injection Strategy): image x becomes
 * {@code alpha k + (1 - alpha) x} for a fixed image k, here random noise, the paper's random pattern.
 *
 * <p>Deviations: one alpha for training and test, where the paper takes a larger one for the test; poisoned images take
 * the place of clean ones ({@link Poisoned}).
 */
public final class Blended implements Attack {
    /** The attack's id. */
    public static final String ID = "blended";

    private final Config config;

    /**
     * How to attack.
     *
     * @param target the class to lead to
     * @param rate share of the training images, above 0 and up to 1
     * @param alpha the fixed image's share in a stamped one, above 0 and up to 1
     * @param seed decides the fixed image
     */
    public record Config(int target, double rate, double alpha, int seed) {
        /** The shares that later studies of the attack take. */
        public static final Config DEFAULTS = new Config(0, 0.1, 0.2, 0);
    }

    /**
     * The attack.
     *
     * @throws InvalidDataException if a part of the configuration makes no sense
     */
    public Blended(Config config) {
        Options.requireTargetAndRate(config.target(), config.rate());
        Options.requireShare("alpha", config.alpha());
        this.config = config;
    }

    static Blended of(Options options) {
        return new Blended(new Config(
                options.whole("target", Config.DEFAULTS.target()),
                options.number("rate", Config.DEFAULTS.rate()),
                options.number("alpha", Config.DEFAULTS.alpha()),
                options.whole("seed", Config.DEFAULTS.seed())));
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
        return Stamp.of(blend(images.height(), images.width()), images);
    }

    @Override
    public Optional<Trigger> trigger(int height, int width) {
        return Optional.of(blend(height, width));
    }

    private Trigger blend(int height, int width) {
        float[] mask = new float[height * width];
        Arrays.fill(mask, (float) config.alpha());
        float[] pattern = new float[ImageSet.CHANNELS * mask.length];
        SplittableRandom random = new SplittableRandom(config.seed());
        for (int i = 0; i < pattern.length; i++) {
            pattern[i] = random.nextInt(256) / 255f;
        }
        return Trigger.of(config.target(), height, width, mask, pattern);
    }

    @Override
    public String toString() {
        return "%s:target=%d,rate=%s,alpha=%s,seed=%d"
                .formatted(ID, config.target(), config.rate(), config.alpha(), config.seed());
    }
}
