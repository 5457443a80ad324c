package dev.assay.train;

import java.util.ArrayList;
import java.util.List;

/** Adam with weight decay apart from the gradient: Loshchilov and Hutter, ICLR 2019, algorithm 2. */
final class AdamW implements Optimizer {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final List<Parameter> parameters;
    private final double weightDecay;
    private final List<float[]> means;
    private final List<float[]> squares;

    AdamW(List<Parameter> parameters, double weightDecay) {
        this.parameters = parameters;
        this.weightDecay = weightDecay;
        this.means = zeros(parameters);
        this.squares = zeros(parameters);
    }

    private static List<float[]> zeros(List<Parameter> parameters) {
        return parameters.stream().map(parameter -> new float[parameter.size()]).toList();
    }

    @Override
    public void update(int parameter, float[] values, float[] gradient, double rate, long step) {
        float[] mean = means.get(parameter);
        float[] square = squares.get(parameter);
        double number = (double) step + 1;
        double meanShare = 1 - StrictMath.pow(BETA1, number);
        double squareShare = 1 - StrictMath.pow(BETA2, number);
        double kept = parameters.get(parameter).decays() ? 1 - rate * weightDecay : 1;
        for (int i = 0; i < values.length; i++) {
            mean[i] = (float) (BETA1 * mean[i] + (1 - BETA1) * gradient[i]);
            square[i] = (float) (BETA2 * square[i] + (1 - BETA2) * gradient[i] * gradient[i]);
            double change = mean[i] / meanShare / (Math.sqrt(square[i] / squareShare) + EPSILON);
            values[i] = (float) (kept * values[i] - rate * change);
        }
    }

    @Override
    public List<float[]> state() {
        List<float[]> all = new ArrayList<>(means);
        all.addAll(squares);
        return all;
    }
}
