package dev.assay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EinsumMacsTest {
    @ParameterizedTest
    @CsvSource({
        "'ij,jk->ik', '2 3, 3 5', 30",
        "'bhqd, bhkd -> bhqk', '2 4 7 8, 2 4 6 8', 2688",
        "'ij,jk', '2 3, 3 5', 30",
        "'...ij,...jk->...ik', '4 2 3, 1 3 5', 120",
        "'i...,i...->...', '2 3 4, 2 4', 24",
        "'i,i->', '7, 7', 7",
        "'i,->i', '7, ', 7",
        "'ij,jk,kl->il', '2 3, 3 5, 5 7', 100",
        "'ij,jk,kl', '2 3, 3 5, 5 7', 100",
        "'ij->ji', '2 3', 0",
        "'ij,jk->ik', '2 3, 3', 0"
    })
    void pairByPair(String equation, String shapes, long macs) {
        List<long[]> operands =
                Arrays.stream(shapes.split(",", -1)).map(EinsumMacsTest::dims).toList();

        assertThat(EinsumMacs.count(equation, operands)).isEqualTo(macs);
    }

    private static long[] dims(String shape) {
        return Stream.of(shape.split(" "))
                .filter(dim -> !dim.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
    }
}
