package dev.assay.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorTest {
    /** Hexadecimal bytes as they lie in a file, and the numbers they stand for. */
    @ParameterizedTest
    @CsvSource({
        "INT8, 80ff7f, -128 -1 127",
        "UINT8, 80ff00, 128 255 0",
        "BOOL, 0001, 0 1",
        "INT16, 0080ff7f, -32768 32767",
        "UINT16, 0080ffff, 32768 65535",
        "INT32, 00000080ffffff7f, -2147483648 2147483647",
        "UINT32, 00000080ffffffff, 2147483648 4294967295",
        "INT64, feffffffffffffff, -2",
        "UINT4, 1f08, 15 1 8",
        "INT4, 1f08, -1 1 -8",
        "UINT2, e401, 0 1 2 3 1",
        "INT2, e403, 0 1 -2 -1 -1",
    })
    void integers(DataType type, String hex, String numbers) {
        long[] expected =
                Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
        byte[] data = HexFormat.of().parseHex(hex);
        Tensor tensor = Tensor.of(type, new long[] {expected.length}, data);
        assertThat(tensor.longs()).isEqualTo(expected);
        assertThat(tensor.floats()).hasSize(expected.length);
        assertThat(tensor.floats()[0]).isEqualTo((float) expected[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, 003c, 1",
        "FLOAT16, 0100, 0x1p-24",
        "FLOAT16, ff83, -0x1.ff8p-15",
        "FLOAT16, 0080, -0.0",
        "FLOAT16, 00fc, -Infinity",
        "FLOAT16, 007e, NaN",
        "BFLOAT16, 80bf, -1",
        "DOUBLE, 000000000000f83f, 1.5",
        "FLOAT, 0000c03f, 1.5",
        "UINT64, 0000000000000080, 0x1p63",
    })
    void reals(DataType type, String hex, float expected) {
        byte[] data = HexFormat.of().parseHex(hex);
        assertThat(Tensor.of(type, new long[0], data).floats()).containsExactly(expected);
    }

    @Test
    void dataMustFit() {
        assertThatThrownBy(() -> Tensor.of(DataType.INT4, new long[] {3}, new byte[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("INT4[3] needs 2 bytes, got 1");
        assertThatThrownBy(() -> Tensor.elements(1L << 32, 1L << 32)).hasMessageContaining("overflow");
        assertThatThrownBy(() -> Tensor.elements(2, -1)).hasMessageContaining("negative");
        assertThatThrownBy(() -> Tensor.of(DataType.DOUBLE, new long[] {1L << 61}, new byte[0]))
                .hasMessageContaining("too large");
        assertThatThrownBy(() -> Tensor.ofStrings(new long[] {2}, List.of(Bytes.EMPTY), Bytes.EMPTY))
                .hasMessage("STRING[2] got 1 strings");
        assertThatThrownBy(() -> Tensor.ofStrings(new long[] {1}, List.of(Bytes.EMPTY), Bytes.EMPTY)
                        .longs())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void equalByContentWhateverTheStorage() {
        Tensor tensor = Tensor.vector(1, 2, 3, 4);
        Tensor typed =
                Tensor.of(DataType.INT64, new long[] {4}, tensor.bytes(), Tensor.Storage.TYPED, Bytes.ofText("rest"));
        assertThat(typed).isEqualTo(tensor).hasSameHashCodeAs(tensor);
        assertThat(tensor.reshape(2, 2)).isNotEqualTo(tensor).hasToString("INT64[2, 2]");
        assertThat(tensor.reshape(2, 2).ints()).containsExactly(1, 2, 3, 4);
        assertThat(tensor.bytes().isReadOnly()).isTrue();
    }
}
