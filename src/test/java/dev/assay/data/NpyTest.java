package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NpyTest {
    private static final String FLOATS = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

    private final Path file;

    NpyTest(@TempDir Path folder) {
        file = folder.resolve("a.npy");
    }

    static Stream<Tensor> arrays() {
        return Stream.of(
                Tensor.scalar(1.5f),
                Tensor.ofFloats(new long[] {3}, 1, -2, Float.NaN),
                Tensor.ofFloats(new long[] {2, 1, 2}, 1, 2, 3, 4),
                Tensor.ofFloats(new long[] {0, 2}),
                Tensor.ofLongs(new long[] {2}, Long.MIN_VALUE, 7),
                Tensor.of(DataType.UINT8, new long[] {1, 3}, new byte[] {0, 127, -1}),
                Tensor.of(DataType.DOUBLE, new long[] {1}, new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xF0, 0x3F}));
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void readsWhatItWrites(Tensor array) throws IOException {
        Files.write(file, new byte[5000]);
        Npy.write(file, array);
        assertThat(Npy.read(file)).isEqualTo(array);
        long elementBytes = array.bytes().remaining();
        assertThat((Files.size(file) - elementBytes) % 64)
                .as("alignment of the array")
                .isZero();
    }

    @Test
    void readsVersion2AndOtherSpacing() throws IOException {
        Files.write(file, npy(2, "{ 'shape':( 2 , ),'fortran_order':False,'descr':'<f4' }\n", 8));
        assertThat(Npy.read(file)).isEqualTo(Tensor.ofFloats(new long[] {2}, 0, 0));
    }

    @Test
    void refusesTypesNumpyHasOtherwise() {
        Tensor ints = Tensor.ofInts(new long[] {1}, 1);
        assertThatThrownBy(() -> Npy.write(file, ints))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no .npy for a tensor of INT32");
    }

    static Stream<Arguments> damagedFiles() {
        byte[] hugeHeader = npy(2, FLOATS, 8);
        ByteBuffer.wrap(hugeHeader).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);
        byte[] shortHeader = npy(1, FLOATS, 0);
        shortHeader[9] = 1;
        return Stream.of(
                Arguments.of(new byte[0], "expected a .npy file"),
                Arguments.of("not an array".getBytes(StandardCharsets.US_ASCII), "expected a .npy file"),
                Arguments.of(npy(3, FLOATS, 8), "expected .npy version 1.0 or 2.0, got 3.0"),
                Arguments.of(hugeHeader, "got 4294967295"),
                Arguments.of(shortHeader, "expected a header of at most"),
                Arguments.of(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 1, 0}, "end of the file"),
                Arguments.of(npy(1, FLOATS, 7), "FLOAT[2] needs 8 bytes, got 7"),
                Arguments.of(npy(1, FLOATS, 9), "FLOAT[2] needs 8 bytes, got 9"),
                Arguments.of(npy(1, FLOATS.replace("<f4", ">f4"), 8), "got '>f4'"),
                Arguments.of(npy(1, FLOATS.replace("<f4", "|O"), 8), "got '|O'"),
                Arguments.of(npy(1, FLOATS.replace("False", "True"), 8), "got Fortran order"),
                Arguments.of(npy(1, FLOATS.replace("2,", "-2,"), 8), "header: expected"),
                Arguments.of(npy(1, FLOATS.replace("2,", "2, 2 2"), 8), "header: expected"),
                Arguments.of(npy(1, FLOATS.replace("2,", "99999999999, 99999999999"), 8), "dimensions overflow"),
                Arguments.of(npy(1, FLOATS.replace("2,", "999999999999999999,"), 8), "tensor too large"),
                Arguments.of(npy(1, "{}", 8), "header: expected"));
    }

    @ParameterizedTest
    @MethodSource("damagedFiles")
    void refusesDamagedFiles(byte[] content, String message) throws IOException {
        Files.write(file, content);
        assertThatThrownBy(() -> Npy.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
    }

    /** A file with zeros for its array. */
    private static byte[] npy(int major, String header, int arrayBytes) {
        ByteBuffer npy = ByteBuffer.allocate((major == 1 ? 10 : 12) + header.length() + arrayBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        npy.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) major, 0});
        if (major == 1) {
            npy.putShort((short) header.length());
        } else {
            npy.putInt(header.length());
        }
        return npy.put(header.getBytes(StandardCharsets.US_ASCII)).array();
    }
}
