package dev.assay.grad;

import dev.assay.data.Trigger;
import dev.assay.ir.DataType;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Estimates gradients from the loss of the untouched artifact alone: antithetic differences
 * {@code 1/(2σq) · Σ [L(θ + σu) − L(θ − σu)] u} over q random directions u, the same images on both sides.
 *
 * <p>Their variance grows with the number of directions there are, so u lies in a space of 67 dimensions: the mask moves
 * in 8×8 blocks, the pattern in its three colours. A search that starts from a uniform trigger stays in that space. σ is
 * in pixels of range 1 and above the activation step of 8-bit kernels.
 */
public final class FiniteDifferenceTriggerLoss implements TriggerLoss {
    private static final int PAIRS = 8;

    /** How often each image is classified: under the trigger itself, and under it moved there and back. */
    public static final int EVALUATIONS = 1 + 2 * PAIRS;

    private static final double SIGMA = 0.05;

    private final Deployed deployed;
    private final Classifier classifier;
    private final int imagesPerSlot;
    private final SplittableRandom random;

    private FiniteDifferenceTriggerLoss(Deployed deployed, int imagesPerSlot, long seed) {
        this.deployed = deployed;
        this.imagesPerSlot = imagesPerSlot;
        this.random = new SplittableRandom(seed);
        this.classifier = Classifier.open(deployed.artifact(), deployed.model(), deployed.spec());
    }

    /**
     * Opens a deployment.
     *
     * @param imagesPerSlot b: images for each trigger; triggers are evaluated one at a time
     */
    public static FiniteDifferenceTriggerLoss open(Deployed deployed, int imagesPerSlot, long seed) {
        return new FiniteDifferenceTriggerLoss(deployed, imagesPerSlot, seed);
    }

    @Override
    public int slots() {
        return 1;
    }

    @Override
    public int imagesPerSlot() {
        return imagesPerSlot;
    }

    @Override
    public Estimator estimator() {
        return Estimator.FINITE_DIFFERENCE;
    }

    @Override
    public void evaluate(TriggerBatch batch) {
        Directions directions = new Directions(random, deployed.model().ports(), PAIRS);
        double[] losses = losses(batch, directions);
        Arrays.fill(batch.maskGradients(), batch.normWeights()[0]);
        Arrays.fill(batch.patternGradients(), 0);
        for (int pair = 0; pair < PAIRS; pair++) {
            double weight = (losses[1 + 2 * pair] - losses[2 + 2 * pair]) / (2 * SIGMA * PAIRS);
            directions.add(weight, pair, batch.maskGradients(), batch.patternGradients());
        }
    }

    @Override
    public void evaluateLosses(TriggerBatch batch) {
        losses(batch, new Directions(random, deployed.model().ports(), 0));
    }

    /** Of the trigger itself, also put into the batch, and of it moved along each direction there and back. */
    private double[] losses(TriggerBatch batch, Directions directions) {
        Stamped stamped = new Stamped(batch, directions);
        Scores scores = Scores.of(
                classifier.scoresOfEvenBatches(stamped), deployed.model().ports(), deployed.place());
        int target = batch.targets()[0];
        double[] losses = new double[stamped.copies()];
        int hits = 0;
        for (int image = 0; image < scores.images(); image++) {
            losses[image / imagesPerSlot] -= scores.logProbabilities(image)[target] / imagesPerSlot;
            if (image < imagesPerSlot && scores.answer(image) == target) {
                hits++;
            }
        }
        batch.losses()[0] = (float) losses[0];
        batch.successes()[0] = (float) hits / imagesPerSlot;
        return losses;
    }

    @Override
    public void close() {
        classifier.close();
    }

    /** Random directions: in blocks of the mask, {@code [q, H, W]}, and colours of the pattern, {@code [q, 3]}. */
    private static final class Directions {
        private final float[][] masks;
        private final double[][] colours;

        Directions(SplittableRandom random, ClassifierPorts ports, int count) {
            masks = new float[count][];
            colours = new double[count][ClassifierPorts.CHANNELS];
            for (int pair = 0; pair < count; pair++) {
                masks[pair] = Blocks.planes(1, ports.height(), ports.width(), random::nextGaussian);
                Arrays.setAll(colours[pair], i -> random.nextGaussian());
            }
        }

        /**
         * Adds a direction times a weight to gradients. A block's derivative is shared evenly by its pixels, so that a
         * pixel's is what it would be if it moved alone; likewise a colour's.
         */
        void add(double weight, int pair, float[] maskGradients, float[] patternGradients) {
            int plane = maskGradients.length;
            for (int pixel = 0; pixel < plane; pixel++) {
                maskGradients[pixel] += (float) (weight * masks[pair][pixel] * Blocks.COUNT / plane);
            }
            for (int i = 0; i < patternGradients.length; i++) {
                patternGradients[i] += (float) (weight * colours[pair][i / plane] / plane);
            }
        }
    }

    /** The batch's images under the trigger itself, then under it moved along each direction there and back. */
    private final class Stamped implements ImageSource {
        private final TriggerBatch batch;
        private final Directions directions;

        Stamped(TriggerBatch batch, Directions directions) {
            this.batch = batch;
            this.directions = directions;
        }

        /** How often each image is classified. */
        int copies() {
            return 1 + 2 * directions.masks.length;
        }

        @Override
        public int size() {
            return copies() * imagesPerSlot;
        }

        @Override
        public void fill(int from, int count, ByteBuffer out) {
            ClassifierPorts ports = deployed.model().ports();
            int imageBytes = 3 * ports.height() * ports.width() * (ports.type() == DataType.UINT8 ? 1 : Float.BYTES);
            int end = from + count;
            int written = 0;
            for (int start = from; start < end; ) {
                int copy = start / imagesPerSlot;
                int stop = Math.min(end, (copy + 1) * imagesPerSlot);
                int[] numbers =
                        Arrays.copyOfRange(batch.images(), start - copy * imagesPerSlot, stop - copy * imagesPerSlot);
                ByteBuffer part = out.duplicate()
                        .order(out.order())
                        .position(written * imageBytes)
                        .slice()
                        .order(out.order());
                ImageSource.of(
                                deployed.images().subset(numbers),
                                deployed.preprocessing(),
                                ports.type(),
                                trigger(copy, ports))
                        .fill(0, numbers.length, part);
                written += numbers.length;
                start = stop;
            }
        }

        private Trigger trigger(int copy, ClassifierPorts ports) {
            float[] mask = batch.masks().clone();
            float[] pattern = batch.patterns().clone();
            if (copy > 0) {
                int pair = (copy - 1) / 2;
                double step = (copy - 1) % 2 == 0 ? SIGMA : -SIGMA;
                for (int i = 0; i < mask.length; i++) {
                    mask[i] = clamped(mask[i] + step * directions.masks[pair][i]);
                }
                for (int i = 0; i < pattern.length; i++) {
                    pattern[i] = clamped(pattern[i] + step * directions.colours[pair][i / mask.length]);
                }
            }
            return Trigger.of(batch.targets()[0], ports.height(), ports.width(), mask, pattern);
        }

        private static float clamped(double value) {
            return (float) Math.min(1, Math.max(0, value));
        }
    }
}
