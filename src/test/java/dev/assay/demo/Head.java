package dev.assay.demo;

import java.util.List;
import java.util.SplittableRandom;

/** The mean of each map, then a linear layer: logits as maps of one element, {@code [classes, images, 1, 1]}. */
final class Head implements Layer {
    private static final float DECAY = 5e-4f;

    private final int channels;
    private final int classes;
    private final Weights matrix;
    private final Weights bias;
    private Maps input = Maps.zero(0, 0, 0);
    private Maps means = Maps.zero(0, 0, 0);

    Head(int channels, int classes, SplittableRandom random) {
        this.channels = channels;
        this.classes = classes;
        this.matrix = Weights.random(channels * classes, channels, DECAY, random);
        this.bias = Weights.constant(classes, 0);
    }

    @Override
    public Maps forward(Maps x) {
        input = x;
        means = Maps.zero(channels, x.images(), 1);
        for (int i = 0; i < x.values().length; i++) {
            means.values()[i / x.plane()] += x.values()[i] / x.plane();
        }
        Maps logits = Maps.zero(classes, x.images(), 1);
        float[] transposed = Products.transpose(matrix.values, channels, classes);
        Products.multiply(transposed, means.values(), logits.values(), classes, channels, x.images());
        for (int i = 0; i < logits.values().length; i++) {
            logits.values()[i] += bias.values[i / x.images()];
        }
        return logits;
    }

    @Override
    public Maps backward(Maps dy) {
        int images = dy.images();
        float[] byImage = Products.transpose(dy.values(), classes, images);
        Products.multiply(means.values(), byImage, matrix.gradients, channels, images, classes);
        for (int label = 0; label < classes; label++) {
            float sum = 0;
            for (int image = 0; image < images; image++) {
                sum += dy.values()[label * images + image];
            }
            bias.gradients[label] = sum;
        }
        Maps byMean = means.zeroLike();
        Products.multiply(matrix.values, dy.values(), byMean.values(), channels, classes, images);
        Maps dx = input.zeroLike();
        for (int i = 0; i < dx.values().length; i++) {
            dx.values()[i] = byMean.values()[i / dx.plane()] / dx.plane();
        }
        return dx;
    }

    @Override
    public List<Weights> weights() {
        return List.of(matrix, bias);
    }

    @Override
    public String write(NetworkWriter writer, String x) {
        String pooled = writer.add("GlobalAveragePool", List.of(x));
        String features = writer.add("Flatten", List.of(pooled));
        String weight = writer.constant("matrix", matrix.values, channels, classes);
        return writer.add("Gemm", List.of(features, weight, writer.constant("bias", bias.values, classes)));
    }
}
