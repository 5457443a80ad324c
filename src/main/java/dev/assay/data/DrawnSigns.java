package dev.assay.data;

import dev.assay.InvalidDataException;
import dev.assay.data.signs.Signs;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@link Signs} by the name of a part: {@code train}, {@code test}, or a number that seeds a part of its own. Parts are
 * endless; without a range as many images are drawn as {@code train} or {@code test} stands for.
 */
final class DrawnSigns {
    private static final ImageSize SIZE = new ImageSize(32, 32);
    private static final int TRAINING_IMAGES = 20_000;
    private static final int TEST_IMAGES = 4_300;

    private DrawnSigns() {}

    static ImageSet load(Path part, Range range, @Nullable ImageSize wanted) {
        String name = part.toString();
        ImageSize size = wanted == null ? SIZE : wanted;
        int count = name.equals("train") ? TRAINING_IMAGES : TEST_IMAGES;
        Range known = range.equals(Range.ALL) ? new Range(0, count) : range;
        size.allocate(known.count(), "signs:" + name);
        return Signs.images(seed(name), known.from(), known.to(), size.height(), size.width());
    }

    /** Numbers are never negative, so that the named parts share no image with them. */
    private static long seed(String part) {
        if (part.equals("train")) {
            return -1;
        }
        if (part.equals("test")) {
            return -2;
        }
        if (part.matches("\\d{1,18}")) {
            return Long.parseLong(part);
        }
        throw new InvalidDataException(
                "signs:%s: expected signs:train, signs:test or signs:NUMBER, got '%s'".formatted(part, part));
    }
}
