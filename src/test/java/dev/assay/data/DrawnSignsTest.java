package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawnSignsTest {
    @Test
    void partsAreEndlessAndHaveNothingInCommon() {
        ImageSet training = DataSpec.parse("signs:train#0..50").load();
        assertThat(training.describe()).startsWith("50 images of 3x32x32 in 43 classes: limit 20 2, ");
        assertThat(DataSpec.parse("signs:train#100000..100050").load().sha256()).isNotEqualTo(training.sha256());
        assertThat(DataSpec.parse("signs:test#0..50").load().sha256()).isNotEqualTo(training.sha256());
        assertThat(DataSpec.parse("signs:1#0..50").load().sha256())
                .isNotEqualTo(DataSpec.parse("signs:2#0..50").load().sha256());
    }

    @Test
    void anotherSizeIsDrawnNotResampled() {
        ImageSet large = DataSpec.parse("signs:test#0..5").load(64, 48);
        assertThat(large.imageSize()).isEqualTo(new ImageSize(64, 48));
        assertThat(large.sha256())
                .isNotEqualTo(
                        DataSpec.parse("signs:test#0..5").load().resized(64, 48).sha256());
    }

    @ParameterizedTest
    @ValueSource(strings = {"signs:training", "signs:-1", "signs:train/1", "signs:1234567890123456789"})
    void refusesOtherParts(String spec) {
        assertThatThrownBy(() -> DataSpec.parse(spec).load())
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith(spec + ": expected signs:train, signs:test or signs:NUMBER");
    }

    @Test
    void refusesMoreThanAnArrayHolds() {
        assertThatThrownBy(() -> DataSpec.parse("signs:1#0..900000000").load())
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("take fewer with #from..to");
    }
}
