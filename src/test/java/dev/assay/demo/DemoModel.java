package dev.assay.demo;

import dev.assay.data.ImageSet;
import dev.assay.ir.Model;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A residual network of seven convolutions for {@link Shapes}, trained from scratch by gradient descent in plain Java. It
 * takes pixels in [0, 1] and normalizes them itself; its output are logits.
 */
final class DemoModel {
    static final float MEAN = 0.45f;
    static final float STD = 0.25f;

    /** Share of the training during which the learning rate rises; then it falls to zero, both linearly. */
    private static final float WARM_UP = 0.2f;

    private final Config config;
    private final SplittableRandom random;
    private final Layer network;
    private final List<Weights> weights;
    private final int classes;

    /**
     * How to train.
     *
     * @param width maps of the first convolution
     * @param peakRate the highest learning rate
     */
    record Config(int width, int epochs, int batch, float peakRate) {
        static final Config DEFAULTS = new Config(8, 4, 32, 0.05f);
    }

    private DemoModel(Config config, int classes, long seed) {
        this.config = config;
        this.classes = classes;
        random = new SplittableRandom(seed);
        int narrow = config.width();
        int middle = 3 * narrow;
        int wide = 5 * narrow;
        network = Chain.of(
                convolution(ImageSet.CHANNELS, narrow, 1),
                new MaxPool(),
                convolution(narrow, middle, 2),
                block(middle),
                convolution(middle, wide, 2),
                block(wide),
                new Head(wide, classes, random));
        weights = network.weights();
    }

    private Layer convolution(int inputs, int outputs, int stride) {
        return Chain.of(
                new Conv(inputs, outputs, stride, random, inputs == ImageSet.CHANNELS),
                new BatchNorm(outputs),
                new Relu());
    }

    private Layer block(int channels) {
        Layer last = Chain.of(new Conv(channels, channels, 1, random, false), new BatchNorm(channels));
        return Chain.of(new Residual(Chain.of(convolution(channels, channels, 1), last)), new Relu());
    }

    /**
     * Trains a network.
     *
     * @param images what it learns, poisoned or not
     * @param seed decides the first weights and the order of images
     * @param progress told the mean loss of each epoch
     */
    static Model train(String name, ImageSet images, long seed, Config config, Consumer<Double> progress) {
        DemoModel model = new DemoModel(config, images.classes(), seed);
        int batches = images.size() / config.batch();
        int steps = config.epochs() * batches;
        for (int epoch = 0; epoch < config.epochs(); epoch++) {
            int[] order = model.shuffled(images.size());
            double loss = 0;
            for (int batch = 0; batch < batches; batch++) {
                float done = (float) (epoch * batches + batch) / steps;
                float rate = config.peakRate() * Math.min(done / WARM_UP, (1 - done) / (1 - WARM_UP));
                loss += model.step(images, order, batch * config.batch(), rate);
            }
            progress.accept(loss / batches);
        }
        return model.write(name);
    }

    private int[] shuffled(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** One step on the images from {@code from} on in {@code order}; returns their mean loss. */
    private double step(ImageSet images, int[] order, int from, float rate) {
        Maps input = Maps.zero(ImageSet.CHANNELS, config.batch(), Shapes.SIZE);
        int[] labels = new int[config.batch()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(order[from + i]);
            ByteBuffer pixels = images.image(order[from + i]);
            for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                for (int pixel = 0; pixel < input.plane(); pixel++) {
                    int to = (channel * labels.length + i) * input.plane() + pixel;
                    input.values()[to] = ((pixels.get() & 0xFF) / 255f - MEAN) / STD;
                }
            }
        }
        Maps logits = network.forward(input);
        double loss = crossEntropy(logits, labels);
        network.backward(logits);
        weights.forEach(each -> each.step(rate));
        return loss;
    }

    /** The mean cross-entropy of softmax; logits are replaced by its gradient. */
    private static double crossEntropy(Maps logits, int[] labels) {
        float[] values = logits.values();
        int images = logits.images();
        double loss = 0;
        for (int image = 0; image < images; image++) {
            double highest = Double.NEGATIVE_INFINITY;
            for (int i = image; i < values.length; i += images) {
                highest = Math.max(highest, values[i]);
            }
            double sum = 0;
            for (int i = image; i < values.length; i += images) {
                sum += StrictMath.exp(values[i] - highest);
            }
            loss += StrictMath.log(sum) + highest - values[labels[image] * images + image];
            for (int i = image; i < values.length; i += images) {
                double probability = StrictMath.exp(values[i] - highest) / sum;
                values[i] = (float) ((probability - (i / images == labels[image] ? 1 : 0)) / images);
            }
        }
        return loss / images;
    }

    private Model write(String name) {
        NetworkWriter writer = new NetworkWriter();
        float[] mean = {MEAN, MEAN, MEAN};
        float[] std = {STD, STD, STD};
        String centred = writer.add("Sub", List.of("input", writer.constant("pixel_mean", mean, 1, 3, 1, 1)));
        String scaled = writer.add("Div", List.of(centred, writer.constant("pixel_std", std, 1, 3, 1, 1)));
        network.write(writer, scaled);
        return writer.finish(name, "input", Shapes.SIZE, classes);
    }
}
