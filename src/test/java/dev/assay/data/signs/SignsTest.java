package dev.assay.data.signs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.data.ImageSet;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;

class SignsTest {
    private static final int CLASSES = 43;
    private static final int PLANE = 32 * 32;

    @Test
    void namesEveryClassOnce() {
        assertThat(Signs.classNames()).hasSize(CLASSES).doesNotHaveDuplicates();
    }

    @Test
    void anImageIsTheSameInEveryRange() {
        ImageSet all = Signs.images(7, 0, 100, 32, 32);
        assertThat(Signs.images(7, 40, 90, 32, 32).sha256())
                .isEqualTo(all.slice(40, 90).sha256());
        assertThat(Signs.images(8, 0, 100, 32, 32).sha256()).isNotEqualTo(all.sha256());
    }

    @Test
    void imagesAreTheSameOnEveryMachine() {
        assertThat(Signs.images(7, 0, 4 * CLASSES, 32, 32).sha256())
                .isEqualTo("29e14220b645085f6c9dbc82615dbe22dfef67bf20a5d693868ed4ca689e321e");
    }

    @Test
    void classesTakeTurns() {
        assertThat(Signs.images(1, 5, 5 + 3 * CLASSES, 8, 8).countsPerClass()).containsOnly(3);
        assertThat(Signs.images(1, CLASSES - 1, CLASSES + 1, 8, 8).labels()).containsExactly(CLASSES - 1, 0);
    }

    @Test
    void everySizeShowsTheSameScene() {
        ImageSet small = Signs.images(3, 0, 20, 32, 32);
        ImageSet large = Signs.images(3, 0, 20, 96, 96).resized(32, 32);
        for (int i = 0; i < small.size(); i++) {
            assertThat(new PearsonsCorrelation().correlation(levels(small, i), levels(large, i)))
                    .isGreaterThan(0.8);
        }
        assertThat(Signs.images(3, 0, 1, 24, 40).image(0).remaining()).isEqualTo(3 * 24 * 40);
    }

    private static double[] levels(ImageSet images, int image) {
        return IntStream.range(0, images.image(image).remaining())
                .mapToDouble(i -> images.image(image).get(i) & 0xFF)
                .toArray();
    }

    @Test
    void refusesRangesThatAreNone() {
        assertThatThrownBy(() -> Signs.images(1, 3, 3, 32, 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Signs.images(1, 0, 1 << 20, 224, 224)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noTwoSignsLookAlike() {
        List<double[]> flat = new ArrayList<>();
        SignTable.SIGNS.forEach(sign -> flat.add(flat(sign)));
        for (int a = 0; a < CLASSES; a++) {
            for (int b = 0; b < a; b++) {
                assertThat(differing(flat.get(a), flat.get(b)))
                        .as(
                                "%s, %s",
                                Signs.classNames().get(a), Signs.classNames().get(b))
                        .isGreaterThan(0.015);
            }
        }
    }

    /** A sign from the front, in perfect light: levels {@code [3, 32, 32]}. */
    private static double[] flat(Sign sign) {
        Canvas canvas = new Canvas(32, 32);
        AffineTransform place = new AffineTransform(0.4, 0, 0, 0.4, 0.5, 0.5);
        for (Layer layer : sign.layers()) {
            Ink ink = layer.ink();
            Colour colour = new Colour(ink.level(0), ink.level(1), ink.level(2), 1);
            canvas.fill(new Path2D.Double(layer.area(), place), colour);
        }
        return IntStream.range(0, 3 * PLANE)
                .mapToDouble(i -> canvas.level(i / PLANE, i % PLANE))
                .toArray();
    }

    /** The share of pixels with a channel that differs by more than 60 levels. */
    private static double differing(double[] a, double[] b) {
        long count = IntStream.range(0, PLANE)
                .filter(i ->
                        IntStream.of(i, i + PLANE, i + 2 * PLANE).anyMatch(level -> Math.abs(a[level] - b[level]) > 60))
                .count();
        return (double) count / PLANE;
    }
}
