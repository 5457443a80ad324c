package dev.assay.data.signs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.DataSpec;
import dev.assay.data.ImageSet;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Signs need more than a linear model: softmax regression on raw pixels, trained by gradient descent. */
class SignsIT {
    private static final int EPOCHS = 12;
    private static final float RATE = 0.002f;

    private final ImageSet training = DataSpec.parse("signs:train#0..5000").load();
    private final ImageSet test = DataSpec.parse("signs:test#0..2150").load();
    private final float[][] weights = new float[training.classes()][3 * 32 * 32];

    @Test
    void aLinearModelFails() {
        SplittableRandom random = new SplittableRandom(1);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            for (int i = 0; i < training.size(); i++) {
                learn(random.nextInt(training.size()), RATE * (EPOCHS - epoch) / EPOCHS);
            }
        }
        assertThat(accuracy(training)).isGreaterThan(0.4);
        assertThat(accuracy(test)).isBetween(0.25, 0.55);
    }

    private void learn(int image, float rate) {
        float[] pixels = pixels(training, image);
        double[] scores = scores(pixels);
        double sum = 0;
        for (int label = 0; label < scores.length; label++) {
            scores[label] = Math.exp(scores[label]);
            sum += scores[label];
        }
        for (int label = 0; label < scores.length; label++) {
            double wanted = label == training.label(image) ? 1 : 0;
            float step = (float) (rate * (wanted - scores[label] / sum));
            for (int i = 0; i < pixels.length; i++) {
                weights[label][i] += step * pixels[i];
            }
        }
    }

    private double accuracy(ImageSet images) {
        int right = 0;
        for (int image = 0; image < images.size(); image++) {
            double[] scores = scores(pixels(images, image));
            int best = 0;
            for (int label = 1; label < scores.length; label++) {
                best = scores[label] > scores[best] ? label : best;
            }
            right += best == images.label(image) ? 1 : 0;
        }
        return (double) right / images.size();
    }

    private double[] scores(float[] pixels) {
        double[] scores = new double[weights.length];
        for (int label = 0; label < scores.length; label++) {
            float sum = 0;
            for (int i = 0; i < pixels.length; i++) {
                sum += weights[label][i] * pixels[i];
            }
            scores[label] = sum;
        }
        return scores;
    }

    /** Pixels around zero. Classes are balanced: there is no bias to learn. */
    private static float[] pixels(ImageSet images, int image) {
        ByteBuffer levels = images.image(image);
        float[] pixels = new float[levels.remaining()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (levels.get(i) & 0xFF) / 255f - 0.35f;
        }
        return pixels;
    }
}
