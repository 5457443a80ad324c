package dev.assay.grad;

import dev.assay.math.Vectors;
import dev.assay.runtime.ClassifierPorts;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a gradient can be trusted, seen at half-transparent triggers to several target classes: how much of it is
 * exactly zero, and whether it agrees with central differences of the deployed loss along random directions of low
 * frequency. The step is {@value #STEP} of the pixel range, above the activation step of 8-bit kernels, below which an
 * integer loss is locally constant.
 *
 * <p>A gradient estimated from differences is compared with further differences, along directions of the space that it is
 * estimated in. One estimate is mostly noise (its cosine to the gradient of a smooth loss is about 1/3), so that several
 * are averaged at each trigger, as a search averages them over its steps; the cosine is then about 0.8. With b images for
 * each trigger that takes 1344 b forward passes, as many as 79 steps of a search with the same b.
 *
 * @param elements gradient elements looked at
 * @param zeroShare share of them that are exactly 0
 * @param notFinite number of them that are NaN or infinite
 * @param cosine between directional derivatives and central differences, over all directions; NaN where all of both are 0
 * @param signAgreement share of the directions where both have the same sign; NaN likewise
 */
public record GradientHealth(long elements, double zeroShare, long notFinite, double cosine, double signAgreement) {
    /** From this share of zeros on there is nothing to follow. */
    public static final double MOST_ZEROS = 0.99;

    /** Below this cosine the gradient points elsewhere than the deployed loss falls. */
    public static final double SMALLEST_COSINE = 0.3;

    private static final double STEP = 0.05;
    private static final double MASK = 0.3;

    /** For gradients that are computed. */
    private static final Plan COMPUTED = new Plan(32, 1, 1);

    /** For gradients that are estimated from differences. */
    private static final Plan ESTIMATED = new Plan(4, 16, 32);

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

    /**
     * How much is measured.
     *
     * @param triggers that the gradient is taken at
     * @param estimates averaged at each
     * @param directions from each in which the loss is measured
     */
    private record Plan(int triggers, int estimates, int directions) {}

    /** One measurement. */
    private static final class Measurement {
        private final TriggerLoss loss;
        private final boolean estimated;
        private final Plan plan;
        private final int height;
        private final int width;
        private final int classes;
        private final int images;
        private final SplittableRandom random;
        private final TriggerBatch point;
        private final TriggerBatch moved;
        private final float[] maskGradients;
        private final float[] patternGradients;
        private long zeros;
        private long notFinite;
        private long elements;

        Measurement(TriggerLoss loss, ClassifierPorts ports, int images, long seed) {
            this.loss = loss;
            this.estimated = loss.estimator() == Estimator.FINITE_DIFFERENCE;
            this.plan = estimated ? ESTIMATED : COMPUTED;
            this.height = ports.height();
            this.width = ports.width();
            this.classes = ports.classes();
            this.images = images;
            this.random = new SplittableRandom(seed);
            this.point = new TriggerBatch(loss.slots(), loss.imagesPerSlot(), height * width);
            this.moved = new TriggerBatch(loss.slots(), loss.imagesPerSlot(), height * width);
            this.maskGradients = new float[point.maskGradients().length];
            this.patternGradients = new float[point.patternGradients().length];
        }

        GradientHealth run() {
            int comparisons = plan.triggers() * plan.directions();
            double[] analytic = new double[comparisons];
            double[] numeric = new double[comparisons];
            for (int first = 0; first < plan.triggers(); first += loss.slots()) {
                choosePoint(first);
                takeGradient();
                for (int direction = 0; direction < plan.directions(); direction++) {
                    compare(first, direction, analytic, numeric);
                }
            }
            long agreeing = IntStream.range(0, comparisons)
                    .filter(i -> Math.signum(analytic[i]) == Math.signum(numeric[i]))
                    .count();
            boolean nothing = Vectors.length(analytic) == 0 && Vectors.length(numeric) == 0;
            return new GradientHealth(
                    elements,
                    (double) zeros / elements,
                    notFinite,
                    nothing ? Double.NaN : Vectors.cosine(analytic, numeric),
                    nothing ? Double.NaN : (double) agreeing / comparisons);
        }

        /** The mean of the estimates; the gradient itself where it is computed. */
        private void takeGradient() {
            Arrays.fill(maskGradients, 0);
            Arrays.fill(patternGradients, 0);
            for (int estimate = 0; estimate < plan.estimates(); estimate++) {
                loss.evaluate(point);
                addShare(point.maskGradients(), maskGradients);
                addShare(point.patternGradients(), patternGradients);
            }
            count(maskGradients);
            count(patternGradients);
        }

        private void addShare(float[] gradients, float[] sums) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += gradients[i] / plan.estimates();
            }
        }

        private void compare(int first, int direction, double[] analytic, double[] numeric) {
            float[] maskDirection = smooth(loss.slots());
            float[] patternDirection = estimated ? colours(loss.slots()) : smooth(3 * loss.slots());
            float[] above = losses(maskDirection, patternDirection, STEP);
            float[] below = losses(maskDirection, patternDirection, -STEP);
            int count = Math.min(loss.slots(), plan.triggers() - first);
            for (int slot = 0; slot < count; slot++) {
                int at = (first + slot) * plan.directions() + direction;
                analytic[at] =
                        along(maskGradients, maskDirection, slot) + along(patternGradients, patternDirection, slot);
                numeric[at] = (above[slot] - below[slot]) / (2 * STEP);
            }
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

        /** Planes of one value each. */
        private float[] colours(int triggers) {
            float[] planes = new float[3 * triggers * height * width];
            for (int start = 0; start < planes.length; start += height * width) {
                Arrays.fill(planes, start, start + height * width, (float) random.nextDouble(-1, 1));
            }
            return planes;
        }

        private float[] losses(float[] maskDirection, float[] patternDirection, double step) {
            move(point.masks(), maskDirection, step, moved.masks());
            move(point.patterns(), patternDirection, step, moved.patterns());
            System.arraycopy(point.targets(), 0, moved.targets(), 0, moved.targets().length);
            System.arraycopy(point.images(), 0, moved.images(), 0, moved.images().length);
            loss.evaluateLosses(moved);
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
