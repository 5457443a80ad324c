package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {
    private static final ImageSet SET = TestData.counting(80, 1, 1, 4);

    @Test
    void everyPrefixIsBalancedAndNoImageIsInBothParts() {
        Split split = Split.of(SET, 22, 7);
        assertThat(split.calibration().countsPerClass()).containsOnly(5, 6);
        assertThat(split.calibration().slice(0, 8).countsPerClass()).containsOnly(2);
        assertThat(split.evaluation().size()).isEqualTo(58);
        Set<ByteBuffer> all = new HashSet<>(images(split.calibration()));
        all.addAll(images(split.evaluation()));
        assertThat(all).hasSize(80);
    }

    @Test
    void theSeedDecides() {
        assertThat(Split.of(SET, 20, 1).calibration().sha256())
                .isEqualTo(Split.of(SET, 20, 1).calibration().sha256())
                .isNotEqualTo(Split.of(SET, 20, 2).calibration().sha256());
    }

    @Test
    void evaluationKeepsItsOrder() {
        List<Integer> firstBytes = images(Split.of(SET, 20, 1).evaluation()).stream()
                .map(image -> image.get(0) & 0xFF)
                .toList();
        assertThat(firstBytes).isSorted();
    }

    @Test
    void largerClassesFillUpWhereSmallOnesEnd() {
        ImageSet unbalanced = ImageSet.of(1, 1, new byte[30], new int[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 2}, List.of());
        assertThat(Split.of(unbalanced, 7, 3).calibration().countsPerClass()).containsExactly(5, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void calibratingNeedsImages(int calibrationImages) {
        assertThatThrownBy(() -> Split.of(SET, calibrationImages, 1))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage("calibration: expected one image or more to calibrate with, got " + calibrationImages);
    }

    @ParameterizedTest
    @CsvSource({"80, 80", "80, 81", "1, 1"})
    void evaluatingNeedsImagesToo(int images, int calibrationImages) {
        assertThatThrownBy(() -> Split.of(SET.slice(0, images), calibrationImages, 1))
                .isInstanceOf(InvalidDataException.class)
                .hasMessage(
                        "calibration: expected %d images or more, so that one at least is left to evaluate on, got %d;"
                                        .formatted(calibrationImages + 1, images)
                                + " give more, or others to calibrate with");
    }

    private static List<ByteBuffer> images(ImageSet set) {
        return IntStream.range(0, set.size()).mapToObj(set::image).toList();
    }
}
