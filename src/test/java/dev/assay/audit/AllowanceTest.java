package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.data.ImageSet;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final int FREQUENT = 0;
    private static final int RARE = 1;
    private static final int RAREST = 2;
    private final Allowance hundred = new Allowance(100, 10, 10, Duration.ofMinutes(1));

    @Test
    void defensesSeeTheSampleAndMoreOfRareLabels() {
        ImageSet all = images(900, 90, 10);
        List<Integer> sample = numbers(hundred.sample(all, 1));
        List<Integer> forDefenses = numbers(hundred.sampleOfEachLabel(all, 1));

        assertThat(sample).hasSize(100);
        assertThat(forDefenses).containsAll(sample).isSorted().doesNotHaveDuplicates();
        assertThat(count(hundred.sampleOfEachLabel(all, 1), FREQUENT))
                .isEqualTo(count(hundred.sample(all, 1), FREQUENT));
        assertThat(count(hundred.sampleOfEachLabel(all, 1), RARE)).isEqualTo(32);
        assertThat(count(hundred.sampleOfEachLabel(all, 1), RAREST)).isEqualTo(10);
    }

    @Test
    void defensesSeeTheSampleAloneWhereNoLabelIsRare() {
        Allowance large = new Allowance(300, 10, 10, Duration.ofMinutes(1));
        ImageSet all = images(200, 200, 200);

        assertThat(numbers(large.sampleOfEachLabel(all, 1))).isEqualTo(numbers(large.sample(all, 1)));
    }

    @Test
    void takesAllWhereThereAreFewer() {
        ImageSet all = images(40, 5, 5);

        assertThat(numbers(hundred.sample(all, 1))).isEqualTo(numbers(all));
        assertThat(numbers(hundred.sampleOfEachLabel(all, 1))).isEqualTo(numbers(all));
    }

    @Test
    void controlsAreMadeOfImagesThatAreNotMeasuredOnFirst() {
        ImageSet all = images(900, 90, 10);
        List<Integer> sample = numbers(hundred.sample(all, 1));
        List<Integer> forControls = numbers(hundred.sampleForControls(all, 1));

        assertThat(forControls).containsExactlyInAnyOrderElementsOf(numbers(all));
        assertThat(forControls.subList(0, 900)).doesNotContainAnyElementsOf(sample);
        assertThat(forControls).isNotEqualTo(numbers(hundred.sampleForControls(all, 2)));
        assertThat(hundred.sampleForControls(images(10_000, 100, 0), 1).size()).isEqualTo(10_000);
    }

    /** Images of one pixel that tells the image's number in two of its channels, label after label. */
    private static ImageSet images(int... ofLabel) {
        int[] labels = IntStream.range(0, ofLabel.length)
                .flatMap(label -> IntStream.generate(() -> label).limit(ofLabel[label]))
                .toArray();
        byte[] pixels = new byte[labels.length * ImageSet.CHANNELS];
        for (int i = 0; i < labels.length; i++) {
            pixels[i * ImageSet.CHANNELS] = (byte) (i >> 8);
            pixels[i * ImageSet.CHANNELS + 1] = (byte) i;
        }
        return ImageSet.of(1, 1, pixels, labels, List.of("frequent", "rare", "rarest"));
    }

    /** The images' numbers. */
    private static List<Integer> numbers(ImageSet images) {
        return IntStream.range(0, images.size())
                .mapToObj(i -> (int) images.image(i).getShort(0))
                .toList();
    }

    private static long count(ImageSet images, int label) {
        return Arrays.stream(images.labels()).filter(found -> found == label).count();
    }
}
