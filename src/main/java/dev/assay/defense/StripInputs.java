package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The images of one run of {@link Strip}; no clean image is two of overlay, clean input and judged input.
 *
 * @param clean inputs that the threshold is fitted to
 * @param overlays images laid over every input
 * @param judged inputs that may carry a trigger
 * @param plain clean images scored without overlays, the first of them those of {@code clean}
 * @param judgedInWords what {@code judged} is
 */
record StripInputs(ImageSet clean, ImageSet overlays, ImageSet judged, ImageSet plain, String judgedInWords) {
    /** Images without overlays cost a single forward pass each. */
    private static final int PLAIN = 1000;

    /** Whether there are enough clean images to draw from, with some to spare for stamping. */
    static boolean suffice(ImageSet clean, Strip.Config config) {
        return clean.size() > config.cleanInputs() + config.overlays();
    }

    /** Draws from images that {@link #suffice}, without replacement. */
    static StripInputs draw(Suspect suspect, Strip.Config config) {
        SplittableRandom random = new SplittableRandom(suspect.seed());
        ImageSet shuffled = shuffled(suspect.clean(), random);
        int taken = config.cleanInputs() + config.overlays();
        ImageSet clean = shuffled.slice(0, config.cleanInputs());
        ImageSet overlays = shuffled.slice(config.cleanInputs(), taken);
        ImageSet plain = shuffled.slice(0, Math.min(PLAIN, shuffled.size()));
        Trigger trigger = suspect.trigger();
        if (trigger != null) {
            ImageSet stamped = stamped(shuffled.slice(taken, shuffled.size()), trigger, config.judgedInputs());
            return new StripInputs(clean, overlays, stamped, plain, "clean images stamped with the given trigger");
        }
        ImageSet training = suspect.training();
        if (training == null) {
            throw new IllegalArgumentException("nothing to judge: " + Need.INPUTS_TO_JUDGE.remedy());
        }
        ImageSet judged = shuffled(training, random).slice(0, Math.min(config.judgedInputs(), training.size()));
        return new StripInputs(clean, overlays, judged, plain, "training images");
    }

    private static ImageSet shuffled(ImageSet images, SplittableRandom random) {
        return images.subset(
                random.ints(0, images.size()).distinct().limit(images.size()).toArray());
    }

    /** The trigger on the first images outside its target class, with levels rounded. */
    private static ImageSet stamped(ImageSet images, Trigger trigger, int most) {
        int[] labels = images.labels();
        int[] outside = IntStream.range(0, labels.length)
                .filter(image -> labels[image] != trigger.target())
                .limit(most)
                .toArray();
        byte[] pixels = new byte[outside.length * ImageSet.CHANNELS * images.height() * images.width()];
        Preprocessing.DEFAULT.fill(images.subset(outside), 0, outside.length, trigger, ByteBuffer.wrap(pixels));
        int[] outsideLabels = Arrays.stream(outside).map(image -> labels[image]).toArray();
        return ImageSet.of(images.height(), images.width(), pixels, outsideLabels, images.classNames());
    }
}
