package dev.assay.attack;

import dev.assay.InvalidDataException;
import dev.assay.data.ImageSet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A poisoned training set.
 *
 * @param images as many as the clean set has, in its order; poisoned ones take the place of clean ones. Gu et al. (2017)
 *     add poisoned copies instead, which leaves a clean twin of each in the set
 * @param poisoned the numbers of the poisoned images, rising
 */
public record Poisoned(ImageSet images, List<Integer> poisoned) {
    static Poisoned by(Attack attack, ImageSet training, long seed) {
        if (attack.target() >= training.classes()) {
            throw new InvalidDataException("%s: expected a target below the %d classes of the training images"
                    .formatted(attack, training.classes()));
        }
        int[] candidates = IntStream.range(0, training.size())
                .filter(image -> (training.label(image) == attack.target()) == attack.isCleanLabel())
                .toArray();
        long wanted = Math.round(attack.rate() * (attack.isCleanLabel() ? candidates.length : training.size()));
        if (wanted < 1 || wanted > candidates.length) {
            throw new InvalidDataException(
                    "%s: expected 1 to %d images to poison, those %s the target class, got %d; choose another rate"
                            .formatted(attack, candidates.length, attack.isCleanLabel() ? "of" : "outside", wanted));
        }
        int[] chosen =
                IntStream.of(drawn(candidates, (int) wanted, seed)).sorted().toArray();
        return new Poisoned(
                poisoned(attack, training, chosen), IntStream.of(chosen).boxed().toList());
    }

    /** The first of a shuffle (Fisher and Yates). */
    static int[] drawn(int[] candidates, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = candidates.clone();
        for (int i = 0; i < count; i++) {
            int other = i + random.nextInt(order.length - i);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        return Arrays.copyOf(order, count);
    }

    private static ImageSet poisoned(Attack attack, ImageSet training, int[] chosen) {
        int bytes = training.channels() * training.height() * training.width();
        byte[] pixels = new byte[Math.multiplyExact(bytes, training.size())];
        ByteBuffer all = ByteBuffer.wrap(pixels);
        for (int image = 0; image < training.size(); image++) {
            all.put(training.image(image));
        }
        int[] labels = training.labels();
        ImageSet stamped = attack.stamp(training.subset(chosen));
        for (int i = 0; i < chosen.length; i++) {
            stamped.image(i).get(pixels, chosen[i] * bytes, bytes);
            labels[chosen[i]] = attack.target();
        }
        return ImageSet.of(training.height(), training.width(), pixels, labels, training.classNames());
    }
}
