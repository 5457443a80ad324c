package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.Bench;
import dev.assay.InvalidDataException;
import dev.assay.NetBuilder;
import dev.assay.RandomImages;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Model;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeCollectorTest {
    private static final Set<String> VALUES = Set.of(NetBuilder.IMAGES, "conv", NetBuilder.LOGITS);

    private static Model net(Dim batch) {
        NetBuilder net = NetBuilder.on(DataType.FLOAT, batch, Dim.of(3), Dim.of(16), Dim.of(16));
        net.head(net.conv("conv", NetBuilder.IMAGES, 3, 8), 8);
        return net.build();
    }

    private static Map<String, Range> ranges(Model model, ImageSource images, Calibrator calibrator) {
        ImageClassifier classifier = Bench.of(model).classifier();
        return new RangeCollector(classifier, VALUES, new Calibration(images, 1)).ranges(calibrator);
    }

    /** 70 images are batches of 64 and 6, or of 8 with one of 6 filled up: no split may add or lose a value. */
    @ParameterizedTest
    @EnumSource(Calibrator.class)
    void rangesDoNotDependOnBatches(Calibrator calibrator) {
        ImageSource images = RandomImages.of(70);
        assertThat(ranges(net(Dim.of(8)), images, calibrator))
                .isEqualTo(ranges(net(Dim.named("N")), images, calibrator));
    }

    @Test
    void aBatchThatIsNotFullShowsImagesOnly() {
        ImageSource grey = constant(3, 0.5f);
        Range range = ranges(net(Dim.of(8)), grey, Calibrator.MINMAX).get("conv");
        assertThat(range)
                .isEqualTo(ranges(net(Dim.named("N")), grey, Calibrator.MINMAX).get("conv"));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void activationsMustBeFinite(float pixel) {
        assertThatThrownBy(() -> ranges(net(Dim.named("N")), constant(3, pixel), Calibrator.MINMAX))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith("calibration: expected finite activations, got ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void oneBadPixelIsFound() {
        ImageSource images = RandomImages.of(5);
        ImageSource spoiled = new ImageSource() {
            @Override
            public int size() {
                return images.size();
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                images.fill(from, count, out.duplicate().order(out.order()));
                out.putFloat(400, Float.NaN);
            }
        };
        assertThatThrownBy(() -> ranges(net(Dim.named("N")), spoiled, Calibrator.MINMAX))
                .isInstanceOf(InvalidDataException.class);
    }

    @Test
    void imagesMustBeThere() {
        assertThatThrownBy(() -> ranges(net(Dim.named("N")), RandomImages.of(0), Calibrator.MINMAX))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("expected images, got none");
    }

    private static ImageSource constant(int size, float pixel) {
        return new ImageSource() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                for (int i = 0; i < count * 3 * 16 * 16; i++) {
                    out.putFloat(pixel);
                }
            }
        };
    }
}
