package dev.assay.train;

import dev.assay.Sha256;
import dev.assay.data.ImageSet;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Images to train on, some of which may get a backdoor's trigger. It is put on behind the augmentation, which would move
 * it: a trigger is to work where an attacker puts it.
 *
 * @param images as they are before augmentation, with the labels to learn
 * @param poisoned numbers of the images that get the trigger; empty for clean training
 * @param stamp puts the trigger on images, on each as if alone; the same images give the same
 */
public record TrainingSet(ImageSet images, Set<Integer> poisoned, UnaryOperator<ImageSet> stamp) {
    public TrainingSet {
        poisoned = Set.copyOf(poisoned);
    }

    /** Images without any trigger. */
    public static TrainingSet clean(ImageSet images) {
        return new TrainingSet(images, Set.of(), UnaryOperator.identity());
    }

    /**
     * Writes one image as a step has it.
     *
     * @param random decides how it is changed
     * @param out room for {@code [3, H, W]} bytes
     */
    void write(int image, Augmentation augmentation, SplittableRandom random, ByteBuffer out) {
        if (!poisoned.contains(image)) {
            augmentation.write(images, image, random, out);
            return;
        }
        byte[] levels = new byte[images.image(image).remaining()];
        augmentation.write(images, image, random, ByteBuffer.wrap(levels));
        int[] label = {images.label(image)};
        ImageSet alone = ImageSet.of(images.height(), images.width(), levels, label, images.classNames());
        out.put(stamp.apply(alone).image(0));
    }

    /** Digest of all that training depends on: images, labels, which get the trigger and what it makes of them. */
    String sha256() {
        if (poisoned.isEmpty()) {
            return images.sha256();
        }
        int[] numbers =
                new TreeSet<>(poisoned).stream().mapToInt(Integer::intValue).toArray();
        String stamped = stamp.apply(images.subset(numbers)).sha256();
        return Sha256.ofText(
                List.of(images.sha256(), new TreeSet<>(poisoned), stamped).toString());
    }
}
