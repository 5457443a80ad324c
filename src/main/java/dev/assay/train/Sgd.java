package dev.assay.train;

import java.util.List;

/**
 * Stochastic gradient descent with Nesterov's momentum as PyTorch writes it (Sutskever et al., ICML 2013, with the rate
 * outside the momentum): {@code v ← μ·v + g}, {@code w ← w − rate · (g + μ·v)}, where {@code g} includes the weight decay
 * {@code λ·w}. Without momentum it is plain gradient descent.
 */
final class Sgd implements Optimizer {
    private final List<Parameter> parameters;
    private final float momentum;
    private final float weightDecay;
    private final List<float[]> velocities;

    Sgd(List<Parameter> parameters, double momentum, double weightDecay) {
        this.parameters = parameters;
        this.momentum = (float) momentum;
        this.weightDecay = (float) weightDecay;
        this.velocities = parameters.stream()
                .map(parameter -> new float[parameter.size()])
                .toList();
    }

    @Override
    public void update(int parameter, float[] values, float[] gradient, double rate, long step) {
        float[] velocity = velocities.get(parameter);
        float decay = parameters.get(parameter).decays() ? weightDecay : 0;
        float factor = (float) rate;
        for (int i = 0; i < values.length; i++) {
            float g = gradient[i] + decay * values[i];
            velocity[i] = momentum * velocity[i] + g;
            values[i] -= factor * (g + momentum * velocity[i]);
        }
    }

    @Override
    public List<float[]> state() {
        return velocities;
    }
}
