package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The set that defenses of training data judge, label by label, and clean images beside it.
 *
 * <p>Of training images every label is judged as given. Without any, clean images make the set, for each trigger's target:
 * half of those of the class are judged and the others stay beside them; a share of all others, and as many as the class
 * has at least, are stamped with the trigger and get the target's label, as a poisoned training set would have them. With
 * a known trigger there is one target; of inverted triggers each class that has one gets images of its own.
 *
 * @param origin of the images that may carry a trigger
 * @param classes one entry a label that can be judged, by number
 */
record JudgedSet(JudgedOrigin origin, List<JudgedClass> classes) {
    /**
     * Settings.
     *
     * @param imagesPerClass images of each sort and label, at most
     * @param fewest images of each sort that a label is judged with
     * @param stampedShare of the images outside the target class, where the set is made of clean images; more where the
     *     class itself has more images to judge
     */
    record Config(int imagesPerClass, int fewest, double stampedShare) {}

    JudgedSet {
        classes = List.copyOf(classes);
    }

    /** The best set there is for a suspect that meets {@link Need#INPUTS_TO_JUDGE}. */
    static JudgedSet of(Suspect suspect, Config config) {
        JudgedOrigin origin = JudgedOrigin.of(suspect)
                .orElseThrow(() -> new IllegalArgumentException("nothing to judge: " + Need.INPUTS_TO_JUDGE.remedy()));
        Draw draw = new Draw(suspect, config);
        int classes = suspect.model().ports().classes();
        ImageSet training = suspect.training();
        if (training != null) {
            return new JudgedSet(origin, draw.labelsOf(training, classes));
        }
        Trigger known = suspect.trigger();
        Stream<Trigger> triggers =
                known != null ? Stream.of(known) : suspect.inverted().stream().map(InvertedTrigger::trigger);
        return new JudgedSet(origin, triggers.map(draw::made).toList());
    }

    /** Clean images in an order of their own, the first half of them for the set. */
    private static final class Draw {
        private final ImageSet clean;
        private final Config config;
        private final SplittableRandom random;
        private final int[] order;
        private final int[] forSet;
        private final int[] beside;

        Draw(Suspect suspect, Config config) {
            this.clean = suspect.clean();
            this.config = config;
            this.random = new SplittableRandom(suspect.seed());
            this.order = Stamping.shuffled(clean, random);
            this.forSet = Arrays.copyOf(order, order.length / 2);
            this.beside = Arrays.copyOfRange(order, order.length / 2, order.length);
        }

        List<JudgedClass> labelsOf(ImageSet training, int classes) {
            int[] trainingOrder = Stamping.shuffled(training, random);
            List<JudgedClass> labels = new ArrayList<>();
            for (int label = 0; label < classes; label++) {
                int[] numbers = Stamping.withLabel(training, trainingOrder, label, config.imagesPerClass());
                labels.add(new JudgedClass(
                        label,
                        training.subset(numbers),
                        Arrays.stream(numbers).boxed().toList(),
                        clean.subset(new int[0]),
                        null,
                        clean(label, order)));
            }
            return labels;
        }

        JudgedClass made(Trigger trigger) {
            int label = trigger.target();
            ImageSet plain = clean(label, forSet);
            int outside = Stamping.withoutLabel(clean, order, label, order.length).length;
            int share = (int) Math.round(config.stampedShare() * outside);
            int stamped = Math.min(config.imagesPerClass(), Math.max(plain.size(), share));
            return new JudgedClass(
                    label,
                    plain,
                    List.of(),
                    clean.subset(Stamping.withoutLabel(clean, order, label, stamped)),
                    trigger,
                    clean(label, beside));
        }

        private ImageSet clean(int label, int[] numbers) {
            return clean.subset(Stamping.withLabel(clean, numbers, label, config.imagesPerClass()));
        }
    }
}
