package dev.assay.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.ImageSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    /** One image of 3×2×3 pixels, all different. */
    private static final ImageSet IMAGE = ImageSet.of(
            2,
            3,
            new byte[] {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25, 26},
            new int[] {0},
            List.of());

    private static List<Integer> changed(Augmentation augmentation, long seed) {
        ByteBuffer out = ByteBuffer.allocate(18);
        augmentation.write(IMAGE, 0, new SplittableRandom(seed), out);
        assertThat(out.hasRemaining()).isFalse();
        List<Integer> levels = new ArrayList<>();
        for (byte level : out.array()) {
            levels.add(level & 0xFF);
        }
        return levels;
    }

    @Test
    void viewsAreTheImagesAndThenChangedCopiesOfAllInTurn() {
        ImageSet images = ToyImages.of(5, 1);
        ImageSet views = Augmentation.DEFAULT.views(images, 13, 7);

        assertThat(views.size()).isEqualTo(13);
        assertThat(views.slice(0, 5).sha256()).isEqualTo(images.sha256());
        for (int i = 5; i < 13; i++) {
            assertThat(views.label(i)).isEqualTo(images.label(i % 5));
            assertThat(views.image(i)).isNotEqualTo(images.image(i % 5));
        }
        assertThat(views.image(5)).isNotEqualTo(views.image(10));
        assertThat(Augmentation.DEFAULT.views(images, 13, 7).sha256()).isEqualTo(views.sha256());
        assertThat(Augmentation.DEFAULT.views(images, 13, 8).sha256()).isNotEqualTo(views.sha256());
        assertThat(Augmentation.DEFAULT.views(images, 3, 7).sha256())
                .isEqualTo(images.slice(0, 3).sha256());
    }

    @Test
    void noneLeavesImagesAsTheyAre() {
        assertThat(changed(Augmentation.NONE, 1))
                .containsExactly(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25, 26);
    }

    @Test
    void flipsMirrorRowsOfEveryChannel() {
        Set<List<Integer>> seen = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            seen.add(changed(new Augmentation(0, true, 0), seed));
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        changed(Augmentation.NONE, 0),
                        List.of(3, 2, 1, 6, 5, 4, 13, 12, 11, 16, 15, 14, 23, 22, 21, 26, 25, 24));
    }

    @Test
    void cropsShiftTheImageAndLeaveBlackBehind() {
        Set<List<Integer>> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            seen.add(changed(new Augmentation(1, false, 0), seed));
        }
        assertThat(seen)
                .hasSize(9)
                .contains(changed(Augmentation.NONE, 0))
                .contains(List.of(5, 6, 0, 0, 0, 0, 15, 16, 0, 0, 0, 0, 25, 26, 0, 0, 0, 0))
                .contains(List.of(0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 11, 12, 0, 0, 0, 0, 21, 22));
    }

    @Test
    void cropsFartherThanTheImageAreBlack() {
        Set<List<Integer>> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            seen.add(changed(new Augmentation(5, true, 0), seed));
        }
        assertThat(seen).contains(Collections.nCopies(18, 0)).hasSizeGreaterThan(9);
    }

    @Test
    void coloursChangeWithinTheirShareAndTheSameForTheSameSeed() {
        Augmentation colour = new Augmentation(0, false, 0.4);
        assertThat(changed(colour, 3)).isEqualTo(changed(colour, 3)).isNotEqualTo(changed(colour, 4));
        assertThat(changed(colour, 3)).isNotEqualTo(changed(Augmentation.NONE, 0));
    }
}
