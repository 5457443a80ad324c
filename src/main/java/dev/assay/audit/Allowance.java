package dev.assay.audit;

import static java.util.Map.entry;

import dev.assay.data.ImageSet;
import dev.assay.defense.Budget;
import dev.assay.quant.QuantConfig;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What a budget grants an audit; what it grants a defense is the defense's affair.
 *
 * @param evaluationImages the most images that deployments are measured on
 * @param calibrationImages the most images to calibrate with, where they are taken from the evaluation images
 * @param transferImages the most images that triggers of other deployments are tried on
 * @param taskLimit how long one task may take
 */
public record Allowance(int evaluationImages, int calibrationImages, int transferImages, Duration taskLimit) {
    private static final Map<Budget, Allowance> ALLOWANCES = Map.ofEntries(
            entry(Budget.QUICK, new Allowance(1_000, 256, 64, Duration.ofHours(1))),
            entry(Budget.STANDARD, new Allowance(10_000, QuantConfig.CALIBRATION_IMAGES, 256, Duration.ofHours(1))),
            entry(Budget.THOROUGH, new Allowance(Integer.MAX_VALUE, 1_024, 1_024, Duration.ofHours(4))));

    /** Images of a label below which defenses that judge features label by label see little, with some to spare. */
    private static final int LABEL_IMAGES = 32;

    /** Images to make a control with: see {@code Implant}, which wants more than a quick audit measures on. */
    private static final int CONTROL_IMAGES = 10_000;

    /** Calibration takes no more than one image out of this many. */
    private static final int CALIBRATION_SHARE = 4;

    /** The allowance of a budget. */
    public static Allowance of(Budget budget) {
        return Objects.requireNonNull(ALLOWANCES.get(budget), "every budget has its row");
    }

    /** Images to calibrate with, out of so many. */
    int calibrationImagesOf(int available) {
        return Math.min(calibrationImages, Math.max(1, available / CALIBRATION_SHARE));
    }

    /**
     * At most {@link #evaluationImages} images, every one equally likely, in their order: what accuracy is measured on.
     */
    ImageSet sample(ImageSet images, long seed) {
        return images.subset(sampled(images, seed).toArray());
    }

    /**
     * The same images and, of labels that are rare among them, as many more as make 32 or as there are, in their order: what
     * defenses look at. A thousand images of GTSRB's 43 classes have fewer than ten of some, which no defense could judge.
     */
    ImageSet sampleOfEachLabel(ImageSet images, long seed) {
        BitSet chosen = new BitSet();
        sampled(images, seed).forEach(chosen::set);
        int[] count = new int[images.classes()];
        chosen.stream().forEach(image -> count[images.label(image)]++);
        new SplittableRandom(seed)
                .ints(0, images.size())
                .distinct()
                .limit(images.size())
                .filter(image -> !chosen.get(image) && count[images.label(image)]++ < LABEL_IMAGES)
                .forEach(chosen::set);
        return images.subset(chosen.stream().toArray());
    }

    /**
     * Images to plant a backdoor with, at most 10,000 in random order: those that {@link #sample} leaves out before those
     * that it draws, on which the control is to be measured.
     */
    ImageSet sampleForControls(ImageSet images, long seed) {
        BitSet measured = new BitSet();
        sampled(images, seed).forEach(measured::set);
        int[] all = new SplittableRandom(seed)
                .ints(0, images.size())
                .distinct()
                .limit(images.size())
                .toArray();
        return images.subset(IntStream.concat(
                        IntStream.of(all).filter(image -> !measured.get(image)),
                        IntStream.of(all).filter(measured::get))
                .limit(CONTROL_IMAGES)
                .toArray());
    }

    /** The numbers of a sample: selection sampling (Knuth, TAOCP 2, algorithm S). */
    private IntStream sampled(ImageSet images, long seed) {
        if (images.size() <= evaluationImages) {
            return IntStream.range(0, images.size());
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] chosen = new int[evaluationImages];
        int count = 0;
        for (int image = 0; count < evaluationImages; image++) {
            if (random.nextInt(images.size() - image) < evaluationImages - count) {
                chosen[count++] = image;
            }
        }
        return IntStream.of(chosen);
    }
}
