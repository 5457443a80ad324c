package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreprocessingTest {
    private static final Preprocessing DEFAULT = Preprocessing.DEFAULT;
    private static final Preprocessing RAW = DEFAULT.withRange("0..255");

    @Test
    void defaultEqualsDivisionInFloat32ForEveryLevel() {
        byte[] pixels = new byte[3 * 256];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        float[] input = floats(DEFAULT, ImageSet.of(16, 16, pixels, new int[1], List.of()), 0, 1);
        for (int level = 0; level < 256; level++) {
            assertThat(input[level]).isEqualTo(level / 255f);
        }
    }

    @Test
    void appliesRangeThenMeanAndStdPerChannel() {
        ImageSet set = ImageSet.of(1, 1, new byte[] {0, 51, (byte) 255}, new int[1], List.of());
        Preprocessing normalised = DEFAULT.withMean("0.485,0.456,0.406").withStd("0.229, 0.224, 0.225");
        assertThat(floats(normalised, set, 0, 1))
                .containsExactly(
                        (float) (-0.485 / 0.229), (float) ((0.2 - 0.456) / 0.224), (float) ((1 - 0.406) / 0.225));
        assertThat(floats(DEFAULT.withRange("-1..1"), set, 0, 1)).containsExactly(-1, -0.6f, 1);
        assertThat(floats(RAW, set, 0, 1)).containsExactly(0, 51, 255);
        assertThat(floats(RAW.withMean("127.5").withStd("127.5"), set, 0, 1)).containsExactly(-1, -0.6f, 1);
    }

    static Stream<Arguments> layouts() {
        return Stream.of(
                Arguments.of(RAW, new float[] {1, 2, 3, 4, 5, 6}),
                Arguments.of(RAW.withOrder("bgr"), new float[] {5, 6, 3, 4, 1, 2}),
                Arguments.of(RAW.withLayout("nhwc"), new float[] {1, 3, 5, 2, 4, 6}),
                Arguments.of(RAW.withLayout("NHWC").withOrder("BGR"), new float[] {5, 3, 1, 6, 4, 2}));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void writesLayoutAndChannelOrder(Preprocessing preprocessing, float[] expected) {
        ImageSet set = ImageSet.of(1, 2, new byte[] {1, 2, 3, 4, 5, 6}, new int[1], List.of());
        assertThat(floats(preprocessing, set, 0, 1)).containsExactly(expected);
        ByteBuffer bytes = ByteBuffer.allocate(6);
        preprocessing.fill(set, 0, 1, bytes);
        for (int i = 0; i < expected.length; i++) {
            assertThat(bytes.get(i)).isEqualTo((byte) expected[i]);
        }
    }

    @Test
    void meanAndStdAreInTheOrderOfTheInputsChannels() {
        ImageSet set = ImageSet.of(1, 1, new byte[] {10, 20, 30}, new int[1], List.of());
        assertThat(floats(RAW.withOrder("bgr").withMean("1,2,3"), set, 0, 1)).containsExactly(29, 18, 7);
    }

    @Test
    void writesARangeFromThePositionOn() {
        ImageSet set = TestData.counting(4, 1, 1, 1).subset(new int[] {3, 1, 0});
        FloatBuffer out = FloatBuffer.allocate(8).position(1);
        RAW.fill(set, 1, 2, out);
        assertThat(out.position()).isEqualTo(7);
        assertThat(out.array()).containsExactly(0, 3, 4, 5, 0, 1, 2, 0);
    }

    @Test
    void refusesBuffersAndRangesThatDoNotFit() {
        ImageSet set = TestData.counting(2, 1, 1, 1);
        FloatBuffer small = FloatBuffer.allocate(5);
        assertThatThrownBy(() -> RAW.fill(set, 0, 2, small)).isInstanceOf(BufferOverflowException.class);
        assertThat(small.position()).isZero();
        assertThatThrownBy(() -> RAW.fill(set, 1, 2, FloatBuffer.allocate(6)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void bytesHoldNeitherMeanNorStd() {
        ImageSet set = TestData.counting(1, 1, 1, 1);
        assertThatThrownBy(() -> RAW.withStd("2").fill(set, 0, 1, ByteBuffer.allocate(3)))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("expected neither mean nor std for a model with uint8 input");
    }

    static Stream<Arguments> impossibleTexts() {
        return Stream.<Arguments>of(
                impossible(
                        () -> DEFAULT.withRange("1..0"),
                        "range: expected finite low..high with low < high, got 1.0..0.0"),
                impossible(() -> DEFAULT.withRange("0..NaN"), "range"),
                impossible(() -> DEFAULT.withRange("0"), "range: expected low..high, got '0'"),
                impossible(() -> DEFAULT.withRange("a..1"), "range: expected a number, got 'a'"),
                impossible(() -> DEFAULT.withMean("1,2"), "mean: expected three finite numbers, got [1.0, 2.0]"),
                impossible(() -> DEFAULT.withMean("1,,2"), "mean: expected a number, got ''"),
                impossible(() -> DEFAULT.withStd("1,0,1"), "std: expected three positive numbers"),
                impossible(() -> DEFAULT.withStd("NaN"), "std"),
                impossible(() -> DEFAULT.withLayout("chw"), "layout: expected one of [NCHW, NHWC], got 'chw'"),
                impossible(() -> DEFAULT.withOrder("grb"), "order: expected one of [RGB, BGR], got 'grb'"));
    }

    private static Arguments impossible(Supplier<Preprocessing> action, String message) {
        return Arguments.of(action, message);
    }

    @ParameterizedTest
    @MethodSource("impossibleTexts")
    void refusesImpossibleTexts(Supplier<Preprocessing> action, String message) {
        assertThatThrownBy(action::get)
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith("preprocessing: ")
                .hasMessageContaining(message);
    }

    @Test
    void readsBothJsonForms(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("input.json");
        TestData.text(file, "{}");
        assertThat(Preprocessing.read(file)).isEqualTo(DEFAULT);
        TestData.text(file, """
                {"layout": "nhwc", "order": "bgr", "range": [0, 255], "mean": [1, 2, 3], "std": [4, 5, 6]}""");
        assertThat(Preprocessing.read(file))
                .isEqualTo(RAW.withLayout("nhwc")
                        .withOrder("bgr")
                        .withMean("1,2,3")
                        .withStd("4,5,6"));
        TestData.text(file, """
                {"name": "x", "input": {"range": [-1, 1], "order": "BGR, HWC",
                 "normalisation": {"inside_model": false, "mean": [1, 2, 3], "std": [4, 5, 6]}}}""");
        assertThat(Preprocessing.read(file))
                .isEqualTo(DEFAULT.withRange("-1..1")
                        .withLayout("nhwc")
                        .withOrder("bgr")
                        .withMean("1,2,3")
                        .withStd("4,5,6"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | expected JSON",
                "{} x | expected JSON",
                "[] | expected an object, got []",
                "{\"means\": [1, 1, 1]} | expected only the keys layout, order, range, mean, std, got [means]",
                "{\"mean\": [1, 1]} | 'mean': expected 3 numbers, got [1,1]",
                "{\"mean\": 1} | 'mean': expected an array, got 1",
                "{\"range\": [0, \"1\"]} | 'range': expected numbers",
                "{\"layout\": 1} | 'layout': expected a text, got 1",
                "{\"input\": {}} | 'input': 'order': expected a text, got nothing",
                "{\"input\": {\"order\": \"RGB\"}} | 'order': expected channels and axes",
                "{\"input\": {\"order\": \"RGB, CHW\", \"normalisation\": {}}} | 'inside_model': expected true or false",
            })
    void refusesDamagedJson(String json, String message, @TempDir Path folder) throws IOException {
        Path file = TestData.text(folder.resolve("input.json"), json);
        assertThatThrownBy(() -> Preprocessing.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void normalisationInsideTheModelIsNotAppliedAgain() {
        assertThat(Preprocessing.read(TestData.shared("zoo/cifar10_badnets_s0.json")))
                .isEqualTo(DEFAULT);
    }

    private static float[] floats(Preprocessing preprocessing, ImageSet set, int from, int count) {
        FloatBuffer out = FloatBuffer.allocate(count * 3 * set.height() * set.width());
        preprocessing.fill(set, from, count, out);
        return out.array();
    }
}
