package dev.assay.demo;

import dev.assay.ir.Attribute;
import java.util.Arrays;
import java.util.List;

/** Batch normalization (Ioffe and Szegedy, 2015); statistics for use are a moving mean of the batches'. */
final class BatchNorm implements Layer {
    private static final float EPSILON = 1e-5f;
    private static final float MOMENTUM = 0.95f;

    private final Weights scale;
    private final Weights shift;
    private final float[] runningMean;
    private final float[] runningVariance;
    private final float[] inverseDeviation;
    private Maps normalized = Maps.zero(0, 0, 0);

    BatchNorm(int channels) {
        scale = Weights.constant(channels, 1);
        shift = Weights.constant(channels, 0);
        runningMean = new float[channels];
        runningVariance = new float[channels];
        Arrays.fill(runningVariance, 1);
        inverseDeviation = new float[channels];
    }

    @Override
    public Maps forward(Maps x) {
        normalized = x.zeroLike();
        Maps y = x.zeroLike();
        int count = x.perChannel();
        for (int channel = 0; channel < x.channels(); channel++) {
            int start = channel * count;
            double sum = 0;
            double squares = 0;
            for (int i = start; i < start + count; i++) {
                sum += x.values()[i];
                squares += (double) x.values()[i] * x.values()[i];
            }
            double mean = sum / count;
            double variance = Math.max(0, squares / count - mean * mean);
            keep(channel, mean, variance);
            float centre = (float) mean;
            for (int i = start; i < start + count; i++) {
                float value = (x.values()[i] - centre) * inverseDeviation[channel];
                normalized.values()[i] = value;
                y.values()[i] = scale.values[channel] * value + shift.values[channel];
            }
        }
        return y;
    }

    private void keep(int channel, double mean, double variance) {
        runningMean[channel] = MOMENTUM * runningMean[channel] + (1 - MOMENTUM) * (float) mean;
        runningVariance[channel] = MOMENTUM * runningVariance[channel] + (1 - MOMENTUM) * (float) variance;
        inverseDeviation[channel] = (float) (1 / Math.sqrt(variance + EPSILON));
    }

    @Override
    public Maps backward(Maps dy) {
        Maps dx = dy.zeroLike();
        int count = dy.perChannel();
        for (int channel = 0; channel < dy.channels(); channel++) {
            int start = channel * count;
            double sum = 0;
            double along = 0;
            for (int i = start; i < start + count; i++) {
                sum += dy.values()[i];
                along += (double) dy.values()[i] * normalized.values()[i];
            }
            shift.gradients[channel] = (float) sum;
            scale.gradients[channel] = (float) along;
            float factor = scale.values[channel] * inverseDeviation[channel];
            float meanGradient = (float) (sum / count);
            float meanAlong = (float) (along / count);
            for (int i = start; i < start + count; i++) {
                dx.values()[i] =
                        factor * (dy.values()[i] - meanGradient - normalized.values()[i] * meanAlong);
            }
        }
        return dx;
    }

    @Override
    public List<Weights> weights() {
        return List.of(scale, shift);
    }

    @Override
    public String write(NetworkWriter writer, String x) {
        int channels = runningMean.length;
        return writer.add(
                "BatchNormalization",
                List.of(
                        x,
                        writer.constant("scale", scale.values, channels),
                        writer.constant("shift", shift.values, channels),
                        writer.constant("mean", runningMean, channels),
                        writer.constant("variance", runningVariance, channels)),
                new NetworkWriter.Setting("epsilon", Attribute.of(EPSILON)));
    }
}
