package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.grad.Deployed;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Tries opaque squares of one colour all over the image, of three sizes and the eight colours with channels of 0 or 1, for
 * starts of searches that have no gradient: six parameters (x, y, size, RGB) instead of a mask's 64 blocks. Each stamped
 * image is classified once, whatever the number of classes.
 */
final class PatchScan {
    /** Sides of the squares, as shares of the image's shorter side: 3, 5 and 8 pixels of 32. */
    private static final double[] SIDES = {3 / 32.0, 5 / 32.0, 8 / 32.0};

    private static final int COLOURS = 1 << ClassifierPorts.CHANNELS;
    private static final int IMAGES = 16;

    /** A square that leads fewer images to a class is no better a start than none. */
    private static final double FEWEST = 0.5;

    private PatchScan() {}

    /** For each class that some square leads half of the images to the square that leads most, the smallest of equals. */
    static List<Trigger> starts(Deployed deployed, SplittableRandom random) {
        ImageSet images = deployed.images().drawn(IMAGES, random);
        ClassifierPorts ports = deployed.model().ports();
        Best[] best = new Best[ports.classes()];
        try (Classifier classifier = Classifier.open(deployed.artifact(), deployed.model(), deployed.spec())) {
            for (Square square : squares(images.height(), images.width())) {
                ImageSource stamped =
                        ImageSource.of(images, deployed.preprocessing(), ports.type(), square.trigger(0, images));
                Scores scores = Scores.of(
                        classifier.scores(stamped), ports, deployed.artifact().toString());
                for (int target = 0; target < best.length; target++) {
                    double success = TriggerVerification.shareTakenFor(target, scores, images.labels());
                    if (success >= FEWEST && (best[target] == null || success > best[target].success())) {
                        best[target] = new Best(square, success);
                    }
                }
            }
        }
        return IntStream.range(0, best.length)
                .filter(target -> best[target] != null)
                .mapToObj(target -> best[target].square().trigger(target, images))
                .toList();
    }

    private record Best(Square square, double success) {}

    /** All squares, the smallest first, each overlapping its neighbours by half. */
    private static List<Square> squares(int height, int width) {
        List<Square> squares = new ArrayList<>();
        for (double share : SIDES) {
            int side = (int) Math.max(1, Math.round(share * Math.min(height, width)));
            int stride = (side + 1) / 2;
            for (int top = 0; top + side <= height; top += stride) {
                for (int left = 0; left + side <= width; left += stride) {
                    for (int colour = 0; colour < COLOURS; colour++) {
                        squares.add(new Square(top, left, side, colour));
                    }
                }
            }
        }
        return squares;
    }

    /**
     * A square.
     *
     * @param colour one bit a channel, the lowest red
     */
    private record Square(int top, int left, int side, int colour) {
        Trigger trigger(int target, ImageSet images) {
            int width = images.width();
            int plane = images.height() * width;
            float[] mask = new float[plane];
            for (int row = top; row < top + side; row++) {
                Arrays.fill(mask, row * width + left, row * width + left + side, 1);
            }
            float[] pattern = new float[ClassifierPorts.CHANNELS * plane];
            for (int channel = 0; channel < ClassifierPorts.CHANNELS; channel++) {
                Arrays.fill(pattern, channel * plane, (channel + 1) * plane, colour >> channel & 1);
            }
            return Trigger.of(target, images.height(), width, mask, pattern);
        }
    }
}
