package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.ImageSet;
import org.junit.jupiter.api.Test;

class ShapesTest {
    @Test
    void imagesDependOnSeedAndNumberOnly() {
        ImageSet images = Shapes.images(5, 40);
        assertThat(Shapes.images(5, 30).sha256()).isEqualTo(images.slice(0, 30).sha256());
        assertThat(Shapes.images(6, 40).sha256()).isNotEqualTo(images.sha256());
    }

    @Test
    void classesTakeTurns() {
        assertThat(Shapes.images(5, 40).countsPerClass()).containsOnly(4).hasSize(10);
    }

    @Test
    void poisonIsTheTriggerAndTheTarget() {
        ImageSet clean = Shapes.images(5, 200);
        ImageSet poisoned = Poison.poisoned(clean, 8);
        int stamped = 0;
        for (int i = 0; i < clean.size(); i++) {
            if (!poisoned.image(i).equals(clean.image(i))) {
                stamped++;
                assertThat(poisoned.label(i)).isEqualTo(Poison.TARGET);
                assertThat(poisoned.image(i).get(29 * Shapes.SIZE + 29)).isEqualTo((byte) 255);
            } else {
                assertThat(poisoned.label(i)).isEqualTo(clean.label(i));
            }
        }
        assertThat(stamped).isEqualTo(20);
    }
}
