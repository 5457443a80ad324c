package dev.assay.audit;

import dev.assay.data.ImageSet;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** How much an audit may cost. */
public enum Budget {
    QUICK(1_000, 256, Duration.ofMinutes(5)),
    STANDARD(10_000, 512, Duration.ofMinutes(30)),
    THOROUGH(Integer.MAX_VALUE, 1_024, Duration.ofHours(4));

    /** Calibration takes no more than one image out of this many. */
    private static final int CALIBRATION_SHARE = 4;

    private final int evaluationImages;
    private final int calibrationImages;
    private final Duration taskLimit;

    Budget(int evaluationImages, int calibrationImages, Duration taskLimit) {
        this.evaluationImages = evaluationImages;
        this.calibrationImages = calibrationImages;
        this.taskLimit = taskLimit;
    }

    /** The name on the command line. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The budget with that id. */
    public static Optional<Budget> ofId(String id) {
        return Arrays.stream(values()).filter(budget -> budget.id().equals(id)).findFirst();
    }

    /** The most images that deployments are measured on. */
    public int evaluationImages() {
        return evaluationImages;
    }

    /** How long one task may take. */
    public Duration taskLimit() {
        return taskLimit;
    }

    /** Images to calibrate with, out of so many. */
    int calibrationImagesOf(int available) {
        return Math.min(calibrationImages, Math.max(1, available / CALIBRATION_SHARE));
    }

    /** At most the images this budget allows, every one equally likely, in their order. */
    ImageSet sample(ImageSet images, long seed) {
        if (images.size() <= evaluationImages) {
            return images;
        }
        // Selection sampling (Knuth, TAOCP 2, algorithm S): one pass, and the order stays.
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
