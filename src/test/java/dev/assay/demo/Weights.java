package dev.assay.demo;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Weights with gradient and momentum. */
final class Weights {
    private static final float MOMENTUM = 0.9f;

    final float[] values;
    final float[] gradients;
    private final float[] velocities;
    private final float decay;

    private Weights(int count, float decay) {
        this.values = new float[count];
        this.gradients = new float[count];
        this.velocities = new float[count];
        this.decay = decay;
    }

    /** Evenly distributed with the variance of He et al. (2015): two over the number of summands. */
    static Weights random(int count, int summands, float decay, SplittableRandom random) {
        Weights weights = new Weights(count, decay);
        double bound = Math.sqrt(6.0 / summands);
        for (int i = 0; i < count; i++) {
            weights.values[i] = (float) random.nextDouble(-bound, bound);
        }
        return weights;
    }

    /** All equal, without decay. */
    static Weights constant(int count, float value) {
        Weights weights = new Weights(count, 0);
        Arrays.fill(weights.values, value);
        return weights;
    }

    /** One step of gradient descent with Nesterov momentum and weight decay. */
    void step(float rate) {
        for (int i = 0; i < values.length; i++) {
            float gradient = gradients[i] + decay * values[i];
            velocities[i] = MOMENTUM * velocities[i] + gradient;
            values[i] -= rate * (gradient + MOMENTUM * velocities[i]);
        }
    }
}
