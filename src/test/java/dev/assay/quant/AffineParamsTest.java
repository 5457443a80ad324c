package dev.assay.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.assay.ir.DataType;
import org.junit.jupiter.api.Test;

class AffineParamsTest {
    private static final AffineParams HALVES = new AffineParams(DataType.UINT8, 0.5f, 10);

    @Test
    void halvesRoundToEven() {
        assertThat(HALVES.quantize(0.25)).isEqualTo((byte) 10);
        assertThat(HALVES.quantize(0.75)).isEqualTo((byte) 12);
        assertThat(HALVES.quantize(-0.75)).isEqualTo((byte) 8);
    }

    @Test
    void valuesBeyondTheTypeSaturate() {
        assertThat(HALVES.quantize(1e9)).isEqualTo((byte) 255);
        assertThat(HALVES.quantize(-1e9)).isEqualTo((byte) 0);
        AffineParams signed = AffineParams.symmetric(new Range(-1, 1));
        assertThat(signed.quantize(2)).isEqualTo((byte) 127);
        assertThat(signed.quantize(-2)).isEqualTo((byte) -128);
    }

    @Test
    void zeroIsExact() {
        AffineParams params = AffineParams.unsigned(new Range(-0.37, 1.21));
        assertThat(params.quantize(0)).isEqualTo((byte) params.zeroPoint());
        assertThat(params.realMin()).isLessThan(-0.36);
        assertThat(params.realMax()).isGreaterThan(1.2);
        assertThat(Range.of(0.5, 2)).isEqualTo(new Range(0, 2));
        assertThat(Range.of(-2, -0.5)).isEqualTo(new Range(-2, 0));
    }

    @Test
    void theEndsOfASymmetricRangeAreExact() {
        AffineParams sign = AffineParams.unsigned(new Range(-1, 1));
        for (double value : new double[] {-1, 0, 1}) {
            int level = sign.quantize(value) & 0xFF;
            assertThat((double) sign.scale() * (level - sign.zeroPoint())).isCloseTo(value, within(1e-7));
        }
    }

    @Test
    void aTensorOfZerosHasAScale() {
        assertThat(AffineParams.unsigned(new Range(0, 0))).isEqualTo(new AffineParams(DataType.UINT8, 1, 0));
        assertThat(AffineParams.symmetric(new Range(0, 0))).isEqualTo(new AffineParams(DataType.INT8, 1, 0));
    }

    @Test
    void rangesAreFiniteAndHoldZero() {
        assertThatThrownBy(() -> new Range(0.1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Range(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Range(0, Double.POSITIVE_INFINITY)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void clippingIsFreeWhereTheTypeEnds() {
        AffineParams relu6 = AffineParams.unsigned(new Range(0, 5.2));
        assertThat(relu6.saturatesAtMinimum(0)).isTrue();
        assertThat(relu6.saturatesAtMaximum(6)).isTrue();
        assertThat(AffineParams.unsigned(new Range(-1, 7)).saturatesAtMinimum(0))
                .isFalse();
        assertThat(AffineParams.unsigned(new Range(-1, 7)).saturatesAtMaximum(6))
                .isFalse();
    }
}
