package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Trigger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Draws images and puts triggers on them. */
final class Stamping {
    private Stamping() {}

    /** The numbers of all images in random order. */
    static int[] shuffled(ImageSet images, SplittableRandom random) {
        return random.ints(0, images.size()).distinct().limit(images.size()).toArray();
    }

    /** Of numbered images the first with a label, at most so many. */
    static int[] withLabel(ImageSet images, int[] numbers, int label, int most) {
        return IntStream.of(numbers)
                .filter(image -> images.label(image) == label)
                .limit(most)
                .toArray();
    }

    /** Of numbered images the first with other labels, at most so many. */
    static int[] withoutLabel(ImageSet images, int[] numbers, int label, int most) {
        return IntStream.of(numbers)
                .filter(image -> images.label(image) != label)
                .limit(most)
                .toArray();
    }

    /** Images with the trigger on each, their own labels, and levels rounded as an image file rounds them. */
    static ImageSet stamped(ImageSet images, Trigger trigger) {
        byte[] pixels = new byte[images.size() * ImageSet.CHANNELS * images.height() * images.width()];
        Preprocessing.DEFAULT.fill(images, 0, images.size(), trigger, ByteBuffer.wrap(pixels));
        return ImageSet.of(images.height(), images.width(), pixels, images.labels(), images.classNames());
    }

    /** Sets of images like those of {@code alike}, one after the other in one set. */
    static ImageSet joined(ImageSet alike, List<ImageSet> parts) {
        int images = parts.stream().mapToInt(ImageSet::size).sum();
        ByteBuffer pixels = ByteBuffer.allocate(images * ImageSet.CHANNELS * alike.height() * alike.width());
        parts.forEach(part -> IntStream.range(0, part.size()).forEach(image -> pixels.put(part.image(image))));
        int[] labels =
                parts.stream().flatMapToInt(part -> IntStream.of(part.labels())).toArray();
        return ImageSet.of(alike.height(), alike.width(), pixels.array(), labels, alike.classNames());
    }
}
