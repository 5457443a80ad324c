package dev.assay.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.attack.Attack;
import dev.assay.attack.Attacks;
import dev.assay.data.ImageSet;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainingSetTest {
    private static final ImageSet IMAGES = ToyImages.of(4, 1);
    private static final Attack WHITE = Attacks.parse("badnets:size=2,color=white,at=top-left");
    private static final Augmentation MOVING = new Augmentation(3, true, 0.3);
    private static final TrainingSet SET = new TrainingSet(IMAGES, Set.of(1, 3), WHITE::stamp);

    private static byte[] written(TrainingSet set, int image, long seed) {
        byte[] levels = new byte[3 * ToyImages.SIDE * ToyImages.SIDE];
        set.write(image, MOVING, new SplittableRandom(seed), ByteBuffer.wrap(levels));
        return levels;
    }

    @Test
    void triggersStayInPlaceAndAreAsBrightAsEverOnWhateverIsChangedBelow() {
        Set<Byte> below = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            byte[] levels = written(SET, 1, seed);
            for (int channel = 0; channel < 3; channel++) {
                for (int pixel : new int[] {17, 18, 33, 34}) {
                    assertThat(levels[channel * 256 + pixel]).isEqualTo((byte) 255);
                }
            }
            below.add(levels[100]);
        }
        assertThat(below).hasSizeGreaterThan(10);
    }

    @Test
    void otherImagesAreThoseOfACleanSet() {
        assertThat(written(SET, 2, 5)).isEqualTo(written(TrainingSet.clean(IMAGES), 2, 5));
        assertThat(written(SET, 1, 5)).isNotEqualTo(written(TrainingSet.clean(IMAGES), 1, 5));
    }

    @Test
    void theDigestTellsImagesPoisonAndTriggersApart() {
        Attack other = Attacks.parse("badnets:size=2,color=00ff00,at=top-left");
        assertThat(SET.sha256())
                .isEqualTo(new TrainingSet(IMAGES, Set.of(3, 1), WHITE::stamp).sha256())
                .isNotEqualTo(new TrainingSet(IMAGES, Set.of(1, 2), WHITE::stamp).sha256())
                .isNotEqualTo(new TrainingSet(IMAGES, Set.of(1, 3), other::stamp).sha256())
                .isNotEqualTo(new TrainingSet(ToyImages.of(4, 2), Set.of(1, 3), WHITE::stamp).sha256())
                .isNotEqualTo(TrainingSet.clean(IMAGES).sha256())
                .isNotEqualTo(TrainingSet.distilled(IMAGES, even(0.5f)).sha256());
        assertThat(TrainingSet.distilled(IMAGES, even(0.5f)).sha256())
                .isEqualTo(TrainingSet.distilled(IMAGES, even(0.5f)).sha256())
                .isNotEqualTo(TrainingSet.distilled(IMAGES, even(0.25f)).sha256());
    }

    private static List<float[]> even(float probability) {
        return Collections.nCopies(IMAGES.size(), new float[] {probability, 1 - probability});
    }

    @Test
    void labelsAreSmoothedAndTargetsAreLearntAsTheyAre() {
        assertThat(target(TrainingSet.clean(IMAGES.relabelled(new int[] {1, 1, 1, 1}, List.of())), 0.2))
                .containsExactly(0.1f, 0.9f);
        assertThat(target(TrainingSet.distilled(IMAGES, even(0.75f)), 0.2)).containsExactly(0.75f, 0.25f);
        assertThatThrownBy(() -> TrainingSet.distilled(IMAGES, List.of(new float[2])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 targets for 4 images");
    }

    private static float[] target(TrainingSet set, double labelSmoothing) {
        float[] target = new float[2];
        set.writeTarget(3, 2, labelSmoothing, FloatBuffer.wrap(target));
        return target;
    }
}
