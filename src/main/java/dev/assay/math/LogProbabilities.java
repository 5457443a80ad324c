package dev.assay.math;

import java.util.Arrays;

/** Softmax and the information measures of its result, in natural logarithms throughout: no probability underflows. */
public final class LogProbabilities {
    private LogProbabilities() {}

    /** Logarithms of the softmax of finite {@code logits}: a fresh array. */
    public static double[] softmax(double[] logits) {
        double max = Arrays.stream(logits).max().orElse(0);
        double logSum =
                Math.log(Arrays.stream(logits).map(x -> Math.exp(x - max)).sum());
        return Arrays.stream(logits).map(x -> x - max - logSum).toArray();
    }

    /** Shannon entropy {@code -Σ p log p} in nats. */
    public static double entropy(double[] logP) {
        return -Arrays.stream(logP).map(x -> Math.exp(x) * x).sum();
    }

    /** Kullback-Leibler divergence {@code Σ p (log p - log q)} from {@code p} to {@code q}, in nats. */
    public static double divergence(double[] logP, double[] logQ) {
        double sum = 0;
        for (int i = 0; i < logP.length; i++) {
            sum += Math.exp(logP[i]) * (logP[i] - logQ[i]);
        }
        return sum;
    }
}
