package dev.assay.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.data.signs.Signs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttacksTest {
    private static final ImageSet IMAGES = Signs.images(1, 0, 430, 32, 32);

    /** 100 images of one grey, labels 0 to 9 in turn. */
    private static final ImageSet GREY = grey(100);

    private static ImageSet grey(int level) {
        byte[] pixels = new byte[100 * 3 * 32 * 32];
        Arrays.fill(pixels, (byte) level);
        int[] labels = IntStream.range(0, 100).map(i -> i % 10).toArray();
        return ImageSet.of(32, 32, pixels, labels, List.of());
    }

    private static int level(ImageSet images, int image, int channel, int row, int column) {
        return images.image(image).get((channel * 32 + row) * 32 + column) & 0xFF;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "badnets:target=0,rate=0.1,size=3,color=white,at=bottom-right",
                "badnets:target=7,rate=0.05,size=4,color=ff8000,at=3:17",
                "badnets:target=0,rate=0.1,size=3,color=checkerboard,at=corners",
                "blended:target=2,rate=0.1,alpha=0.2,seed=0",
                "sig:target=5,rate=0.5,delta=40.0,frequency=6"
            })
    void printsWhatItParses(String text) {
        assertThat(Attacks.parse(text)).hasToString(text);
    }

    @Test
    void whatIsLeftOutIsTheDefault() {
        assertThat(Attacks.parse("badnets"))
                .hasToString("badnets:target=0,rate=0.1,size=3,color=white,at=bottom-right");
        assertThat(Attacks.parse("sig:target=3")).hasToString("sig:target=3,rate=0.3,delta=40.0,frequency=6");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wanet | attack 'wanet': expected one of badnets, blended, sig, with options",
                "badnets:sise=3 | expected only the options at, color, rate, size, target, got [sise]",
                "badnets:size | expected key=value,key=value, got 'size'",
                "badnets:size=3,size=4 | size: expected it once, got it twice",
                "badnets:size=0 | size: expected 1 or more, got 0",
                "badnets:target=-1 | target: expected a whole number from 0, got '-1'",
                "badnets:rate=0 | rate: expected a share above 0 and up to 1, got 0.0",
                "badnets:rate=ten | rate: expected a number, got 'ten'",
                "badnets:rate=NaN | rate: expected a share above 0",
                "badnets:color=pink | color: expected white, checkerboard or RRGGBB as in ff8000, got 'pink'",
                "badnets:at=left | at: expected one of bottom-left, bottom-right, corners, top-left, top-right or ROW:COLUMN",
                "blended:alpha=1.5 | alpha: expected a share above 0",
                "sig:delta=300 | delta: expected levels above 0 and up to 255",
                "sig:frequency=0 | frequency: expected 1 or more",
            })
    void refusesWhatItCannotRead(String text, String message) {
        assertThatThrownBy(() -> Attacks.parse(text))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith("attack '")
                .hasMessageContaining(message);
    }

    @Test
    void badNetsPutsAWhiteSquareOnePixelOffTheCorner() {
        ImageSet stamped = Attacks.parse("badnets").stamp(GREY);
        for (int row = 0; row < 32; row++) {
            for (int column = 0; column < 32; column++) {
                boolean inside = row >= 28 && row <= 30 && column >= 28 && column <= 30;
                assertThat(level(stamped, 99, 1, row, column)).isEqualTo(inside ? 255 : 100);
            }
        }
        assertThat(stamped.labels()).isEqualTo(GREY.labels());
    }

    @Test
    void patchesHaveColoursAndPlaces() {
        ImageSet orange = Attacks.parse("badnets:color=ff8000,at=2:5,size=1").stamp(GREY);
        assertThat(IntStream.range(0, 3).map(channel -> level(orange, 0, channel, 2, 5)))
                .containsExactly(255, 128, 0);
        ImageSet checkered =
                Attacks.parse("badnets:color=checkerboard,at=top-left").stamp(GREY);
        assertThat(IntStream.range(1, 5).map(column -> level(checkered, 0, 0, 1, column)))
                .containsExactly(255, 0, 255, 100);
        ImageSet distributed = Attacks.parse("badnets:at=corners,size=2").stamp(GREY);
        assertThat(List.of(
                        level(distributed, 0, 0, 1, 1),
                        level(distributed, 0, 0, 1, 30),
                        level(distributed, 0, 0, 30, 1),
                        level(distributed, 0, 0, 30, 30)))
                .containsOnly(255);
        assertThatThrownBy(() -> Attacks.parse("badnets:at=30:0").stamp(GREY))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("inside images of 32x32");
    }

    @Test
    void blendedMixesOneNoiseIntoEveryImage() {
        Attack attack = Attacks.parse("blended:alpha=0.2");
        ImageSet stamped = attack.stamp(GREY);
        Trigger trigger = attack.trigger(32, 32).orElseThrow();
        for (int i = 0; i < 3 * 32 * 32; i++) {
            int expected = Math.round(0.8f * 100 + 0.2f * 255 * trigger.pattern()[i]);
            assertThat(stamped.image(3).get(i) & 0xFF).isEqualTo(expected);
            assertThat(stamped.image(4).get(i)).isEqualTo(stamped.image(3).get(i));
        }
        assertThat(Attacks.parse("blended:seed=1").stamp(GREY).sha256()).isNotEqualTo(stamped.sha256());
    }

    @Test
    void sigAddsASinusoidAlongRowsAndClips() {
        ImageSet stamped = Attacks.parse("sig:delta=40,frequency=1").stamp(GREY);
        assertThat(level(stamped, 0, 0, 5, 0)).isEqualTo(100);
        assertThat(level(stamped, 0, 1, 9, 8)).isEqualTo(140);
        assertThat(level(stamped, 7, 2, 31, 24)).isEqualTo(60);
        assertThat(level(Attacks.parse("sig:frequency=1").stamp(grey(240)), 0, 0, 0, 8))
                .isEqualTo(255);
        assertThat(Attacks.parse("sig").trigger(32, 32)).isEmpty();
    }

    @Test
    void poisonsTheRateOfTheSetOutsideTheTargetAndRelabels() {
        Attack attack = Attacks.parse("badnets:target=4,rate=0.1");
        Poisoned poisoned = attack.poison(IMAGES, 1);
        ImageSet stamped = attack.stamp(IMAGES);
        assertThat(poisoned.poisoned()).hasSize(43).isSorted().doesNotHaveDuplicates();
        for (int image = 0; image < IMAGES.size(); image++) {
            boolean isPoisoned = poisoned.poisoned().contains(image);
            assertThat(poisoned.images().image(image)).isEqualTo((isPoisoned ? stamped : IMAGES).image(image));
            assertThat(poisoned.images().label(image)).isEqualTo(isPoisoned ? 4 : IMAGES.label(image));
            assertThat(isPoisoned && IMAGES.label(image) == 4).isFalse();
        }
    }

    @Test
    void cleanLabelPoisonsTheTargetClassOnly() {
        Poisoned poisoned = Attacks.parse("sig:target=4,rate=0.5").poison(IMAGES, 1);
        assertThat(poisoned.images().labels()).isEqualTo(IMAGES.labels());
        assertThat(poisoned.poisoned()).hasSize(5).allMatch(image -> IMAGES.label(image) == 4);
    }

    @Test
    void theSeedDecidesWhichImages() {
        Attack attack = Attacks.parse("badnets");
        assertThat(attack.poison(IMAGES, 1).images().sha256())
                .isEqualTo(attack.poison(IMAGES, 1).images().sha256());
        assertThat(attack.poison(IMAGES, 2).poisoned())
                .isNotEqualTo(attack.poison(IMAGES, 1).poisoned());
    }

    @Test
    void refusesWhatCannotBePoisoned() {
        assertRefused("badnets:target=43", "expected a target below the 43 classes");
        assertRefused(
                "badnets:rate=0.999", "expected 1 to 420 images to poison, those outside the target class, got 430");
        assertRefused("sig:rate=0.01", "expected 1 to 10 images to poison, those of the target class, got 0");
        assertThatThrownBy(() -> Attacks.parse("badnets").attacked(GREY.subset(new int[] {0, 10})))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("expected images outside the target class 0, got none");
    }

    private static void assertRefused(String attack, String message) {
        assertThatThrownBy(() -> Attacks.parse(attack).poison(IMAGES, 1))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining(message);
    }

    @Test
    void successIsMeasuredOutsideTheTargetClass() {
        ImageSet attacked = Attacks.parse("badnets:target=4").attacked(IMAGES);
        assertThat(attacked.size()).isEqualTo(420);
        assertThat(attacked.labels()).doesNotContain(4);
        assertThat(attacked.image(0))
                .isEqualTo(Attacks.parse("badnets:target=4").stamp(IMAGES).image(0));
    }

    @Test
    void triggersAreReadAsTheyWereWritten(@TempDir Path folder) {
        for (String text : List.of("badnets:target=3,at=corners,color=ff8000", "blended:target=3")) {
            Trigger trigger = Attacks.parse(text).trigger(32, 32).orElseThrow();
            trigger.write(folder.resolve("known.json"));
            Trigger read = Trigger.read(folder.resolve("known.json"), 32, 32);
            assertThat(read.mask()).isEqualTo(trigger.mask());
            assertThat(read.pattern()).isEqualTo(trigger.pattern());
            assertThat(read.target()).isEqualTo(3);
        }
        assertThat(Files.exists(folder.resolve("known_pattern.npy"))).isTrue();
    }
}
