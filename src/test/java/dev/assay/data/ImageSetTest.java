package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageSetTest {
    private static final ImageSet SET = TestData.counting(6, 2, 2, 3);

    @Test
    void givesPixelsAndLabelsByImage() {
        assertThat(SET.size()).isEqualTo(6);
        assertThat(List.of(SET.channels(), SET.height(), SET.width(), SET.classes()))
                .containsExactly(3, 2, 2, 3);
        assertThat(SET.label(4)).isEqualTo(1);
        assertThat(bytes(SET.image(1))).containsExactly(12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
        assertThat(SET.image(1).isReadOnly()).isTrue();
    }

    @Test
    void viewsOfViewsCountFromTheirOwnFirstImage() {
        ImageSet view = SET.slice(2, 6).subset(new int[] {3, 0, 3});
        assertThat(view.labels()).containsExactly(2, 2, 2);
        assertThat(view.image(0)).isEqualTo(SET.image(5));
        assertThat(view.image(1)).isEqualTo(SET.image(2));
        assertThat(view.store()).isSameAs(SET.store());
        assertThat(view.classes()).as("classes of the source").isEqualTo(3);
        assertThatThrownBy(() -> SET.slice(2, 7)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void otherLabelsLeaveTheSetItsOwn() {
        ImageSet view = SET.subset(new int[] {3, 3, 5});
        ImageSet relabelled = view.relabelled(new int[] {0, 1, 2}, List.of());
        assertThat(relabelled.slice(1, 3).labels()).containsExactly(1, 2);
        assertThat(relabelled.countsPerClass()).containsExactly(1, 1, 1);
        assertThat(relabelled.image(1)).isEqualTo(SET.image(3));
        assertThat(view.labels()).containsExactly(0, 0, 2);
        assertThatThrownBy(() -> view.relabelled(new int[] {0, 1}, List.of())).hasMessage("2 labels for 3 images");
        assertThat(relabelled.classes()).isEqualTo(3);
        assertThat(view.relabelled(new int[] {0, 1, 3}, List.of()).classes()).isEqualTo(4);
        assertThatThrownBy(() -> view.relabelled(new int[] {0, 1, 2}, List.of("cat", "dog")))
                .hasMessage("label 2 of 2 classes");
    }

    @Test
    void describesItself() {
        assertThat(SET.describe()).isEqualTo("6 images of 3x2x2 in 3 classes: 0: 2, 1: 2, 2: 2");
        ImageSet named = ImageSet.of(1, 1, new byte[6], new int[] {1, 1}, List.of("cat", "dog"));
        assertThat(named).hasToString("2 images of 3x1x1 in 2 classes: cat 0, dog 2");
        assertThat(named.countsPerClass()).containsExactly(0, 2);
    }

    @Test
    void hashDependsOnPixelsLabelsAndShapeOnly() {
        ImageSet set = ImageSet.of(1, 2, new byte[] {1, 2, 3, 4, 5, 6}, new int[] {1}, List.of());
        ImageSet named = ImageSet.of(1, 2, new byte[] {1, 2, 3, 4, 5, 6}, new int[] {1}, List.of("cat", "dog"));
        ImageSet turned = ImageSet.of(2, 1, new byte[] {1, 2, 3, 4, 5, 6}, new int[] {1}, List.of());
        ImageSet relabelled = set.relabelled(new int[] {0}, List.of());
        // printf '1x3x1x2\n\0\0\0\1\1\2\3\4\5\6' | sha256sum
        assertThat(set.sha256()).isEqualTo("11186b519db4ca3b71ec86e76d6c46cff637e57270c044ffbf25400d56b7eac8");
        assertThat(named.sha256()).isEqualTo(set.sha256());
        assertThat(turned.sha256()).isNotEqualTo(set.sha256());
        assertThat(relabelled.sha256()).isNotEqualTo(set.sha256());
        assertThat(SET.slice(1, 3).sha256())
                .isEqualTo(SET.subset(new int[] {1, 2}).sha256());
    }

    @Test
    void refusesArraysThatDoNotFit() {
        assertThatThrownBy(() -> ImageSet.of(2, 2, new byte[13], new int[1], List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 images of 2x2 do not make 13 bytes");
        assertThatThrownBy(() -> ImageSet.of(1, 1, new byte[3], new int[] {2}, List.of("cat", "dog")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label 2 of 2 classes");
    }

    @Test
    void enlargesWithHalfPixelCentres() {
        byte[] pixels = {0, 100, 0, (byte) 200, (byte) 255, (byte) 255};
        ImageSet enlarged = ImageSet.of(1, 2, pixels, new int[1], List.of()).resized(1, 4);
        // torch.nn.functional.interpolate([0, 100], size=4, mode="bilinear") is 0, 25, 75, 100.
        assertThat(bytes(enlarged.image(0))).containsExactly(0, 25, 75, 100, 0, 50, 150, 200, 255, 255, 255, 255);
        assertThat(enlarged.resized(1, 4)).isSameAs(enlarged);
    }

    @Test
    void shrinksWithoutSmoothing() {
        byte[] rows = new byte[3 * 8];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (byte) (i % 8 == 0 ? 255 : 10 * (i % 8));
        }
        ImageSet shrunk = ImageSet.of(8, 1, rows, new int[1], List.of()).resized(2, 1);
        // Centres 1.5 and 5.5: the mean of levels 1 and 2, and of 5 and 6; level 0 is not seen.
        assertThat(bytes(shrunk.image(0))).containsExactly(15, 55, 15, 55, 15, 55);
    }

    @Test
    void resizingAViewKeepsItsLabels() {
        ImageSet resized = SET.subset(new int[] {5, 1}).resized(4, 4);
        assertThat(resized.labels()).containsExactly(2, 1);
        assertThat(resized.image(1)).isEqualTo(SET.resized(4, 4).image(1));
    }

    private static int[] bytes(ByteBuffer buffer) {
        return IntStream.range(0, buffer.remaining())
                .map(i -> buffer.get(i) & 0xFF)
                .toArray();
    }
}
