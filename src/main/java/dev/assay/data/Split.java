package dev.assay.data;

import dev.assay.InvalidDataException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A set cut into two parts without common images.
 *
 * @param calibration class-balanced, classes taking turns, so that every prefix is balanced too
 * @param evaluation the other images, in their order
 */
public record Split(ImageSet calibration, ImageSet evaluation) {
    /**
     * Draws {@code calibrationImages} images, from every class equally often as far as its images reach.
     *
     * @param seed decides which images, and which classes give one more when the number does not come out even
     * @throws InvalidDataException if there would be none to calibrate with, or none left for evaluation
     */
    public static Split of(ImageSet set, int calibrationImages, long seed) {
        if (calibrationImages < 1) {
            throw new InvalidDataException(
                    "calibration: expected one image or more to calibrate with, got " + calibrationImages);
        }
        if (calibrationImages >= set.size()) {
            throw new InvalidDataException(
                    "calibration: expected %d images or more, so that one at least is left to evaluate on, got %d; give more, or others to calibrate with"
                            .formatted(calibrationImages + 1, set.size()));
        }
        int[] drawn = balanced(set, calibrationImages, new SplittableRandom(seed));
        boolean[] taken = new boolean[set.size()];
        for (int image : drawn) {
            taken[image] = true;
        }
        int[] others =
                IntStream.range(0, set.size()).filter(image -> !taken[image]).toArray();
        return new Split(set.subset(drawn), set.subset(others));
    }

    private static int[] balanced(ImageSet set, int count, SplittableRandom random) {
        int[] shuffled = shuffled(set.size(), random);
        int[] classOrder = shuffled(set.classes(), random);
        int[][] byClass = new int[set.classes()][];
        for (int i = 0; i < byClass.length; i++) {
            int label = classOrder[i];
            byClass[i] = Arrays.stream(shuffled)
                    .filter(image -> set.label(image) == label)
                    .toArray();
        }
        int[] drawn = new int[count];
        int next = 0;
        for (int round = 0; next < count; round++) {
            for (int i = 0; i < byClass.length && next < count; i++) {
                if (round < byClass[i].length) {
                    drawn[next++] = byClass[i][round];
                }
            }
        }
        return drawn;
    }

    /** The numbers below {@code size} in random order (Fisher and Yates). */
    private static int[] shuffled(int size, SplittableRandom random) {
        int[] numbers = IntStream.range(0, size).toArray();
        for (int i = size - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = numbers[i];
            numbers[i] = numbers[other];
            numbers[other] = swapped;
        }
        return numbers;
    }
}
