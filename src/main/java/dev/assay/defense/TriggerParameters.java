package dev.assay.defense;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The parameters θ of a trigger and Adam's state for them: mask {@code [H, W]} and pattern {@code [3, H, W]}, each
 * element squashed into [0, 1]. Mutable.
 */
final class TriggerParameters {
    private static final double EPSILON = 1e-8;

    private final Squash squash;
    private final double learningRate;
    private final double beta1;
    private final double beta2;
    private final int plane;
    private final float[] theta;
    private final float[] mean;
    private final float[] square;
    private final float[] value;
    private int steps;

    /** All of θ at 0: mask and pattern at one half. */
    TriggerParameters(NeuralCleanse.Descent descent, int plane) {
        squash = descent.squash();
        learningRate = descent.learningRate();
        beta1 = descent.beta1();
        beta2 = descent.beta2();
        this.plane = plane;
        theta = new float[4 * plane];
        mean = new float[theta.length];
        square = new float[theta.length];
        value = new float[theta.length];
        squash();
    }

    /** Starts from normally distributed θ. */
    void randomize(SplittableRandom random, double deviation) {
        for (int i = 0; i < theta.length; i++) {
            theta[i] = (float) (random.nextGaussian() * deviation);
        }
        squash();
    }

    /** Starts from a trigger, moved off the limits of [0, 1], where squashing has no slope. */
    void startFrom(float[] mask, float[] pattern) {
        for (int i = 0; i < theta.length; i++) {
            theta[i] = (float) squash.inverse(i < plane ? mask[i] : pattern[i - plane]);
        }
        squash();
    }

    private void squash() {
        for (int i = 0; i < theta.length; i++) {
            value[i] = (float) squash.value(theta[i]);
        }
    }

    /** Writes mask and pattern into a batch's arrays at slot {@code slot}. */
    void writeTo(float[] masks, float[] patterns, int slot) {
        System.arraycopy(value, 0, masks, slot * plane, plane);
        System.arraycopy(value, plane, patterns, slot * 3 * plane, 3 * plane);
    }

    /** The mask's L1 norm: Σ m. */
    double norm() {
        double sum = 0;
        for (int i = 0; i < plane; i++) {
            sum += value[i];
        }
        return sum;
    }

    float[] mask() {
        return Arrays.copyOf(value, plane);
    }

    float[] pattern() {
        return Arrays.copyOfRange(value, plane, value.length);
    }

    /**
     * One step of Adam (Kingma and Ba, ICLR 2015, algorithm 1).
     *
     * @param maskGradients of the objective, {@code [K, H, W]}
     * @param patternGradients of the objective, {@code [K, 3, H, W]}
     * @param slot which of the K
     */
    void step(float[] maskGradients, float[] patternGradients, int slot) {
        steps++;
        double meanShare = 1 - Math.pow(beta1, steps);
        double squareShare = 1 - Math.pow(beta2, steps);
        for (int i = 0; i < theta.length; i++) {
            double outer = i < plane ? maskGradients[slot * plane + i] : patternGradients[slot * 3 * plane + i - plane];
            double gradient = outer * squash.slope(value[i]);
            mean[i] = (float) (beta1 * mean[i] + (1 - beta1) * gradient);
            square[i] = (float) (beta2 * square[i] + (1 - beta2) * gradient * gradient);
            theta[i] -= (float) (learningRate * (mean[i] / meanShare) / (Math.sqrt(square[i] / squareShare) + EPSILON));
        }
        squash();
    }
}
