package dev.assay.grad;

import dev.assay.math.Vectors;
import dev.assay.runtime.ClassifierPorts;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a gradient can be trusted, seen at a half-transparent trigger, for each of several target classes: how much of
 * it is exactly zero, and whether it agrees with central differences of the deployed loss along random directions of low
 * frequency. The step is {@value #STEP} of the pixel range, above the activation step of 8-bit kernels, below which an
 * integer loss is locally constant.
 *
 * @param elements gradient elements looked at
 * @param zeroShare share of them that are exactly 0
 * @param notFinite number of them that are NaN or infinite
 * @param cosine between directional derivatives and central differences, over all directions; NaN for gradients that are
 *     differences themselves, and where all of both are 0
 * @param signAgreement share of the directions where both have the same sign; NaN likewise
 */
public record GradientHealth(long elements, double zeroShare, long notFinite, double cosine, double signAgreement) {
    /** From this share of zeros on there is nothing to follow. */
    public static final double MOST_ZEROS = 0.99;

    /** Below this cosine the gradient points elsewhere than the deployed loss falls. */
    public static final double SMALLEST_COSINE = 0.3;

    private static final double STEP = 0.05;
    private static final int DIRECTIONS = 32;
    private static final double MASK = 0.3;

    /**
     * Measures a loss; deterministic for a seed.
     *
     * @param images number of images that the loss can be evaluated on
     */
    static GradientHealth measure(TriggerLoss loss, ClassifierPorts ports, int images, long seed) {
        return new Measurement(loss, ports, images, seed).run();
    }

    /** Why the gradient cannot be trusted; null if it can. */
    public @Nullable String defect() {
        if (notFinite > 0) {
            return "%d of %d gradient elements are not finite".formatted(notFinite, elements);
        }
        if (zeroShare == 1) {
            return "gradient is zero";
        }
        if (zeroShare >= MOST_ZEROS) {
            return "%.1f %% of the gradient is exactly zero".formatted(100 * zeroShare);
        }
        boolean compared = !Double.isNaN(signAgreement);
        if (compared && !(cosine >= SMALLEST_COSINE)) {
            return "gradient disagrees with central differences of the deployed loss: cosine %.2f".formatted(cosine);
        }
        return null;
    }

    /** One measurement. */
    private static final class Measurement {
        private final TriggerLoss loss;
        private final int height;
        private final int width;
        private final int classes;
        private final int images;
        private final SplittableRandom random;
        private final TriggerBatch point;
        private final TriggerBatch moved;
        private long zeros;
        private long notFinite;
        private long elements;

        Measurement(TriggerLoss loss, ClassifierPorts ports, int images, long seed) {
            this.loss = loss;
            this.height = ports.height();
            this.width = ports.width();
            this.classes = ports.classes();
            this.images = images;
            this.random = new SplittableRandom(seed);
            this.point = new TriggerBatch(loss.slots(), loss.imagesPerSlot(), height * width);
            this.moved = new TriggerBatch(loss.slots(), loss.imagesPerSlot(), height * width);
        }

        GradientHealth run() {
            double[] analytic = new double[DIRECTIONS];
            double[] numeric = new double[DIRECTIONS];
            for (int first = 0; first < DIRECTIONS; first += loss.slots()) {
                int count = Math.min(loss.slots(), DIRECTIONS - first);
                choosePoint(first);
                loss.evaluate(point);
                count(point.maskGradients());
                count(point.patternGradients());
                float[] maskDirection = smooth(loss.slots());
                float[] patternDirection = smooth(3 * loss.slots());
                float[] above = losses(maskDirection, patternDirection, STEP);
                float[] below = losses(maskDirection, patternDirection, -STEP);
                for (int slot = 0; slot < count; slot++) {
                    analytic[first + slot] = along(point.maskGradients(), maskDirection, slot)
                            + along(point.patternGradients(), patternDirection, slot);
                    numeric[first + slot] = (above[slot] - below[slot]) / (2 * STEP);
                }
            }
            long agreeing = IntStream.range(0, DIRECTIONS)
                    .filter(i -> Math.signum(analytic[i]) == Math.signum(numeric[i]))
                    .count();
            boolean nothing = Vectors.length(analytic) == 0 && Vectors.length(numeric) == 0;
            boolean comparable = loss.estimator() != Estimator.FINITE_DIFFERENCE && !nothing;
            return new GradientHealth(
                    elements,
                    (double) zeros / elements,
                    notFinite,
                    comparable ? Vectors.cosine(analytic, numeric) : Double.NaN,
                    comparable ? (double) agreeing / DIRECTIONS : Double.NaN);
        }

        private void choosePoint(int first) {
            float[] maskNoise = smooth(loss.slots());
            for (int i = 0; i < maskNoise.length; i++) {
                point.masks()[i] = (float) (MASK + 0.2 * maskNoise[i]);
            }
            float[] patternNoise = smooth(3 * loss.slots());
            for (int i = 0; i < patternNoise.length; i++) {
                point.patterns()[i] = (float) (0.5 + 0.3 * patternNoise[i]);
            }
            for (int slot = 0; slot < loss.slots(); slot++) {
                point.targets()[slot] = (first + slot) % classes;
            }
            for (int i = 0; i < point.images().length; i++) {
                point.images()[i] = random.nextInt(images);
            }
        }

        private float[] smooth(int planes) {
            return Blocks.planes(planes, height, width, () -> random.nextDouble(-1, 1));
        }

        private float[] losses(float[] maskDirection, float[] patternDirection, double step) {
            move(point.masks(), maskDirection, step, moved.masks());
            move(point.patterns(), patternDirection, step, moved.patterns());
            System.arraycopy(point.targets(), 0, moved.targets(), 0, moved.targets().length);
            System.arraycopy(point.images(), 0, moved.images(), 0, moved.images().length);
            loss.evaluate(moved);
            return moved.losses().clone();
        }

        private static void move(float[] from, float[] direction, double step, float[] to) {
            for (int i = 0; i < to.length; i++) {
                to[i] = (float) (from[i] + step * direction[i]);
            }
        }

        private double along(float[] gradients, float[] direction, int slot) {
            int length = gradients.length / loss.slots();
            double sum = 0;
            for (int i = slot * length; i < (slot + 1) * length; i++) {
                sum += (double) gradients[i] * direction[i];
            }
            return sum;
        }

        private void count(float[] gradients) {
            elements += gradients.length;
            for (float gradient : gradients) {
                if (gradient == 0) {
                    zeros++;
                } else if (!Float.isFinite(gradient)) {
                    notFinite++;
                }
            }
        }
    }
}
