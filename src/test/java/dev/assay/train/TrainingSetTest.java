package dev.assay.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.attack.Attack;
import dev.assay.attack.Attacks;
import dev.assay.data.ImageSet;
import java.nio.ByteBuffer;
import java.util.HashSet;
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
                .isNotEqualTo(TrainingSet.clean(IMAGES).sha256());
    }
}
