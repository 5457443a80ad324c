package dev.assay.train;

import dev.assay.Sha256;
import dev.assay.data.ImageSet;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
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
 * @param targets for each image the probabilities of all classes to learn, not copied; empty where the labels are to be
 *     learnt. They are those of the images as given: whoever augments images changes what would be right
 */
public record TrainingSet(
        ImageSet images, Set<Integer> poisoned, UnaryOperator<ImageSet> stamp, List<float[]> targets) {
    public TrainingSet {
        poisoned = Set.copyOf(poisoned);
        targets = List.copyOf(targets);
        if (!targets.isEmpty() && targets.size() != images.size()) {
            throw new IllegalArgumentException("%d targets for %d images".formatted(targets.size(), images.size()));
        }
    }

    /** Images whose labels are to be learnt. */
    public TrainingSet(ImageSet images, Set<Integer> poisoned, UnaryOperator<ImageSet> stamp) {
        this(images, poisoned, stamp, List.of());
    }

    /** Images without any trigger whose labels do not matter. */
    public static TrainingSet distilled(ImageSet images, List<float[]> targets) {
        return new TrainingSet(images, Set.of(), UnaryOperator.identity(), targets);
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

    /**
     * Writes what an image's probabilities are to become: its target as it is, or its label smoothed as by Szegedy et al.
     * (CVPR 2016, section 7): a share {@code ε} goes to all classes alike.
     *
     * @param labelSmoothing ε, in [0, 1)
     * @param out room for one float per class
     */
    void writeTarget(int image, int classes, double labelSmoothing, FloatBuffer out) {
        if (!targets.isEmpty()) {
            out.put(targets.get(image));
            return;
        }
        float[] target = new float[classes];
        Arrays.fill(target, (float) (labelSmoothing / classes));
        target[images.label(image)] = (float) (1 - labelSmoothing + labelSmoothing / classes);
        out.put(target);
    }

    /** Digest of all that training depends on: images, labels, which get the trigger and what it makes of them, targets. */
    String sha256() {
        if (poisoned.isEmpty() && targets.isEmpty()) {
            return images.sha256();
        }
        int[] numbers =
                new TreeSet<>(poisoned).stream().mapToInt(Integer::intValue).toArray();
        String stamped = stamp.apply(images.subset(numbers)).sha256();
        List<Object> all = new ArrayList<>(List.of(images.sha256(), new TreeSet<>(poisoned), stamped));
        if (!targets.isEmpty()) {
            all.add(targetsSha256());
        }
        return Sha256.ofText(all.toString());
    }

    private String targetsSha256() {
        MessageDigest digest = Sha256.newDigest();
        for (float[] target : targets) {
            ByteBuffer bytes = ByteBuffer.allocate(target.length * Float.BYTES);
            bytes.asFloatBuffer().put(target);
            digest.update(bytes);
        }
        return Sha256.hex(digest);
    }
}
