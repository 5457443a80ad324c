package dev.assay.attack;

import dev.assay.InvalidDataException;
import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * SIG (Barni, Kallas, Tondi, ICIP 2019, arXiv 1902.11237, its sinusoidal signal): a horizontal sinusoid is added to
 * images of the target class, whose labels stay, {@code v(i, j) = delta sin(2 pi j f / m)} for column j of m, on every
 * channel; levels are clipped to what pixels hold. A signal that lightens and darkens is no mask and pattern, so there is no {@link #trigger}.
 *
 * <p>Deviations: one delta for training and test, where the paper also tries a stronger signal at test time; columns are
 * counted from 0.
 */
public final class Sig implements Attack {
    /** The attack's id. */
    public static final String ID = "sig";

    private static final int MAX_LEVEL = 255;

    private final Config config;

    /**
     * How to attack.
     *
     * @param target the class to lead to
     * @param rate share of the target class's training images, above 0 and up to 1
     * @param delta height of the sinusoid, in levels above 0 and up to 255
     * @param frequency waves across an image, 1 or more
     */
    public record Config(int target, double rate, double delta, int frequency) {
        /** A signal as strong as later studies of SIG take; the paper's frequency. */
        public static final Config DEFAULTS = new Config(0, 0.3, 40, 6);
    }

    /**
     * The attack.
     *
     * @throws InvalidDataException if a part of the configuration makes no sense
     */
    public Sig(Config config) {
        Options.requireTargetAndRate(config.target(), config.rate());
        if (!(config.delta() > 0 && config.delta() <= MAX_LEVEL)) {
            throw new InvalidDataException("delta: expected levels above 0 and up to 255, got " + config.delta());
        }
        if (config.frequency() < 1) {
            throw new InvalidDataException("frequency: expected 1 or more, got " + config.frequency());
        }
        this.config = config;
    }

    static Sig of(Options options) {
        return new Sig(new Config(
                options.whole("target", Config.DEFAULTS.target()),
                options.number("rate", Config.DEFAULTS.rate()),
                options.number("delta", Config.DEFAULTS.delta()),
                options.whole("frequency", Config.DEFAULTS.frequency())));
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
        return true;
    }

    @Override
    public ImageSet stamp(ImageSet images) {
        int width = images.width();
        int bytes = images.channels() * images.height() * width;
        byte[] pixels = new byte[Math.multiplyExact(bytes, images.size())];
        double[] signal = signal(width);
        for (int image = 0; image < images.size(); image++) {
            ByteBuffer clean = images.image(image);
            for (int i = 0; i < bytes; i++) {
                long level = Math.round((clean.get(i) & MAX_LEVEL) + signal[i % width]);
                pixels[image * bytes + i] = (byte) Math.max(0, Math.min(MAX_LEVEL, level));
            }
        }
        return ImageSet.of(images.height(), width, pixels, images.labels(), images.classNames());
    }

    private double[] signal(int width) {
        double[] signal = new double[width];
        for (int column = 0; column < width; column++) {
            signal[column] = config.delta() * StrictMath.sin(2 * Math.PI * column * config.frequency() / width);
        }
        return signal;
    }

    @Override
    public Optional<Trigger> trigger(int height, int width) {
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "%s:target=%d,rate=%s,delta=%s,frequency=%d"
                .formatted(ID, config.target(), config.rate(), config.delta(), config.frequency());
    }
}
