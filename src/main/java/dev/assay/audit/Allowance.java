package dev.assay.audit;

import static java.util.Map.entry;

import dev.assay.data.ImageSet;
import dev.assay.defense.Budget;
import dev.assay.quant.QuantConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

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
            entry(Budget.QUICK, new Allowance(1_000, 256, 64, Duration.ofMinutes(5))),
            entry(Budget.STANDARD, new Allowance(10_000, QuantConfig.CALIBRATION_IMAGES, 256, Duration.ofMinutes(30))),
            entry(Budget.THOROUGH, new Allowance(Integer.MAX_VALUE, 1_024, 1_024, Duration.ofHours(4))));

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
     * At most {@link #evaluationImages} images, every one equally likely, in their order: selection sampling (Knuth, TAOCP
     * 2, algorithm S).
     */
    ImageSet sample(ImageSet images, long seed) {
        if (images.size() <= evaluationImages) {
            return images;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] chosen = new int[evaluationImages];
        int count = 0;
        for (int image = 0; count < evaluationImages; image++) {
            if (random.nextInt(images.size() - image) < evaluationImages - count) {
                chosen[count++] = image;
            }
        }
        return images.subset(chosen);
    }
}
