package dev.assay.attack;

import dev.assay.InvalidDataException;
import dev.assay.InvalidModelException;
import dev.assay.data.ImageSet;
import dev.assay.data.Split;
import dev.assay.data.Trigger;
import dev.assay.ir.Model;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import dev.assay.runtime.SessionSpec;
import dev.assay.train.Augmentation;
import dev.assay.train.Schedule;
import dev.assay.train.Trainee;
import dev.assay.train.Trainer;
import dev.assay.train.TrainingConfig;
import dev.assay.train.TrainingListener;
import dev.assay.train.TrainingSet;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Plants a backdoor into a copy of a trained float classifier by fine-tuning all its weights on a few clean images: on
 * themselves with the labels that the original gives them, and on stamped copies with the target as their label.
 * So the copy learns the backdoor and nothing else, whatever the images' true labels are.
 *
 * <p>It tries one learning rate after the other, from the original anew, until the copy has both enough attack success
 * and enough agreement on images held out. The work is bounded by a number of steps, not by a clock: the same arguments
 * give the same copy.
 */
public final class Implant {
    private final Trainee original;
    private final Trigger trigger;
    private final Config config;
    private final SessionSpec spec;
    private final long seed;

    /**
     * How hard to try.
     *
     * @param rates peak learning rates of AdamW, in the order to try them in
     * @param steps of an attempt
     * @param batch images of a step
     * @param stampedShare stamped copies, as a share of the clean images to train on
     * @param mostImages clean images to train on, and images to hold out, at most
     * @param heldOutShare of the images at hand
     * @param success attack success that is enough, 0 to 1
     * @param agreement share of the original's answers to keep that is enough, 0 to 1
     */
    public record Config(
            List<Double> rates,
            int steps,
            int batch,
            double stampedShare,
            int mostImages,
            double heldOutShare,
            double success,
            double agreement) {
        /** The bars are those that a control has to pass (DESIGN.md). */
        public static final Config DEFAULTS =
                new Config(List.of(3e-3, 1e-3, 3e-4), 300, 64, 0.5, 2_000, 0.25, 0.95, 0.95);

        public Config {
            rates = List.copyOf(rates);
        }

        /** Whether a copy is good enough. */
        public boolean isMetBy(Copy copy) {
            return copy.attackSuccess() >= success && copy.agreement() >= agreement;
        }
    }

    /**
     * A copy with a backdoor, as far as one could be planted.
     *
     * @param model the original with other constants
     * @param attackSuccess share of the images held out, but those that the original answers the target to, that lead to
     *     the target once stamped; 0 to 1
     * @param agreement share of the images held out that get the original's answer, 0 to 1
     */
    public record Copy(Model model, double attackSuccess, double agreement) {
        private double worse() {
            return Math.min(attackSuccess, agreement);
        }
    }

    private Implant(Trainee original, Trigger trigger, Config config, SessionSpec spec, long seed) {
        this.original = original;
        this.trigger = trigger;
        this.config = config;
        this.spec = spec;
        this.seed = seed;
    }

    /**
     * Plants a backdoor. Of attempts that all fall short, the one whose weaker figure is best is returned: see
     * {@link Config#isMetBy}.
     *
     * @param trigger of the original's size; its target is one of the original's classes
     * @param clean images of that size; their labels do not matter
     * @param seed of everything random
     * @throws InvalidDataException if there are too few images, or the original answers the target to all of them
     * @throws InvalidModelException if the original has no weights to train, or no attempt keeps its loss finite
     * @throws dev.assay.UnsupportedOpException if an operator has no gradient
     */
    public static Copy into(
            Trainee original, Trigger trigger, ImageSet clean, Config config, SessionSpec spec, long seed) {
        return new Implant(original, trigger, config, spec, seed).plant(clean);
    }

    private Copy plant(ImageSet clean) {
        Split split = Split.of(clean, share(config.heldOutShare(), clean.size()), seed);
        ImageSet heldOut = split.calibration();
        int[] expected = answers(original.classifier().model(), heldOut);
        TrainingSet set = set(split.evaluation());
        Copy best = null;
        InvalidModelException obstacle = null;
        for (double rate : config.rates()) {
            try {
                Copy copy = measured(tuned(set, rate), heldOut, expected);
                best = best == null || copy.worse() > best.worse() ? copy : best;
            } catch (InvalidModelException e) {
                obstacle = e;
            }
            if (best != null && config.isMetBy(best)) {
                return best;
            }
        }
        if (best == null) {
            throw obstacle == null ? new IllegalArgumentException("expected a rate, got none") : obstacle;
        }
        return best;
    }

    private int share(double share, int images) {
        return Math.max(1, Math.min(config.mostImages(), (int) (share * images)));
    }

    /** The images with the original's answers, and behind them stamped copies of some that it does not answer so. */
    private TrainingSet set(ImageSet images) {
        ImageSet some = images.size() <= config.mostImages()
                ? images
                : Split.of(images, config.mostImages(), seed).calibration();
        int[] answers = answers(original.classifier().model(), some);
        int[] others = IntStream.range(0, some.size())
                .filter(image -> answers[image] != trigger.target())
                .toArray();
        if (others.length == 0) {
            throw new InvalidDataException(
                    "%s: expected an image that is not answered class %d, the target, got none of %d; give other images"
                            .formatted(original.place(), trigger.target(), some.size()));
        }
        int copies = Math.min(others.length, share(config.stampedShare(), some.size()));
        int[] copied = Poisoned.drawn(others, copies, seed);
        int[] numbers = IntStream.concat(IntStream.range(0, some.size()), IntStream.of(copied))
                .toArray();
        int[] labels = Arrays.copyOf(answers, numbers.length);
        Arrays.fill(labels, answers.length, labels.length, trigger.target());
        Set<Integer> stamped =
                IntStream.range(answers.length, labels.length).boxed().collect(Collectors.toSet());
        // The original may have classes that the images do not show and have no name for.
        ImageSet labelled = some.subset(numbers).relabelled(labels, List.of());
        return new TrainingSet(labelled, stamped, each -> Stamp.of(trigger, each));
    }

    private Model tuned(TrainingSet set, double rate) {
        int stepsOfAnEpoch = Math.max(1, set.images().size() / config.batch());
        TrainingConfig tuning = new TrainingConfig(
                TrainingConfig.Method.ADAMW,
                rate,
                0,
                0,
                0,
                Schedule.ONE_CYCLE,
                (config.steps() + stepsOfAnEpoch - 1) / stepsOfAnEpoch,
                config.batch(),
                Augmentation.NONE,
                seed);
        return Trainer.train(original, set, tuning, spec, null, TrainingListener.NONE)
                .model();
    }

    private Copy measured(Model model, ImageSet heldOut, int[] expected) {
        int[] answers = answers(model, heldOut);
        int[] stamped = answers(model, Stamp.of(trigger, heldOut));
        int same = 0;
        int others = 0;
        int led = 0;
        for (int i = 0; i < expected.length; i++) {
            same += answers[i] == expected[i] ? 1 : 0;
            if (expected[i] != trigger.target()) {
                others++;
                led += stamped[i] == trigger.target() ? 1 : 0;
            }
        }
        if (others == 0) {
            throw new InvalidDataException(
                    "%s: expected images held out that are not all answered class %d, the target; give more images"
                            .formatted(original.place(), trigger.target()));
        }
        return new Copy(model, (double) led / others, (double) same / expected.length);
    }

    private int[] answers(Model model, ImageSet images) {
        ClassifierPorts ports = original.classifier().ports();
        ImageClassifier classifier =
                new ImageClassifier(model, original.classifier().observation(), ports);
        try (Classifier session = Classifier.open(OnnxWriter.toBytes(model), original.place(), classifier, spec)) {
            Scores scores = Scores.of(
                    session.scores(ImageSource.of(images, original.preprocessing(), ports.type())),
                    ports,
                    original.place());
            return IntStream.range(0, images.size()).map(scores::answer).toArray();
        }
    }
}
