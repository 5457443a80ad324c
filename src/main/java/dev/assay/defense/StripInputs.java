package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The images of one run of {@link Strip}; no clean image is two of overlay, clean input and judged input.
 *
 * @param clean inputs that the threshold is fitted to
 * @param overlays images laid over every input
 * @param judged inputs that may carry a trigger
 * @param plain clean images scored without overlays, the first of them those of {@code clean}
 * @param origin of the judged inputs
 */
record StripInputs(ImageSet clean, ImageSet overlays, ImageSet judged, ImageSet plain, JudgedOrigin origin) {
    /** Images without overlays cost a single forward pass each. */
    private static final int PLAIN = 1000;

    /** Whether there are enough clean images to draw from, with some to spare for stamping. */
    static boolean suffice(ImageSet clean, Strip.Config config) {
        return clean.size() > config.cleanInputs() + config.overlays();
    }

    /** Draws from images that {@link #suffice}, without replacement; the best {@link JudgedOrigin} is judged. */
    static StripInputs draw(Suspect suspect, Strip.Config config) {
        JudgedOrigin origin = JudgedOrigin.of(suspect)
                .orElseThrow(() -> new IllegalArgumentException("nothing to judge: " + Need.INPUTS_TO_JUDGE.remedy()));
        SplittableRandom random = new SplittableRandom(suspect.seed());
        ImageSet shuffled = suspect.clean().drawn(suspect.clean().size(), random);
        int taken = config.cleanInputs() + config.overlays();
        ImageSet clean = shuffled.slice(0, config.cleanInputs());
        ImageSet overlays = shuffled.slice(config.cleanInputs(), taken);
        ImageSet plain = shuffled.slice(0, Math.min(PLAIN, shuffled.size()));
        ImageSet training = suspect.training();
        ImageSet judged = training != null
                ? training.drawn(config.judgedInputs(), random)
                : stamped(
                        shuffled.slice(taken, shuffled.size()),
                        triggers(suspect, config.suspectClasses()),
                        config.judgedInputs());
        return new StripInputs(clean, overlays, judged, plain, origin);
    }

    /** The known trigger, or those of the smallest norms that were inverted. */
    private static List<Trigger> triggers(Suspect suspect, int most) {
        return suspect.trigger() != null
                ? List.of(suspect.trigger())
                : suspect.inverted().stream()
                        .sorted(Comparator.comparingDouble(InvertedTrigger::norm))
                        .limit(most)
                        .map(InvertedTrigger::trigger)
                        .toList();
    }

    /** The first images, each with the trigger whose turn it is, unless it is of that trigger's target class. */
    private static ImageSet stamped(ImageSet images, List<Trigger> triggers, int most) {
        List<ImageSet> stamped = new ArrayList<>();
        for (int image = 0; image < images.size() && stamped.size() < most; image++) {
            Trigger next = triggers.get(stamped.size() % triggers.size());
            if (images.label(image) != next.target()) {
                stamped.add(Stamping.stamped(images.slice(image, image + 1), next));
            }
        }
        return Stamping.joined(images, stamped);
    }
}
