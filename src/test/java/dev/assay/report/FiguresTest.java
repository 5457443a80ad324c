package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
    @ParameterizedTest
    @CsvSource({"0.9127, 91.27 %", "1, 100.00 %", "NaN, –", "Infinity, –"})
    void percent(double share, String shown) {
        assertThat(Figures.percent(share)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"-0.0064, −0.64", "0.0001, +0.01", "0, 0.00", "-0.00001, 0.00", "NaN, –"})
    void points(double difference, String shown) {
        assertThat(Figures.points(difference)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "12, 12", "-3, −3", "1234.5, 1234.5", "0.957, 0.957", "0.00421, 0.0042", "NaN, –"})
    void number(double value, String shown) {
        assertThat(Figures.number(value)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "640, 640", "999, 999", "1000, 1.00 k", "4718592, 4.72 M", "9999999, 10.0 M", "75497472, 75.5 M"
    })
    void scaled(long value, String shown) {
        assertThat(Figures.scaled(value)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"attackSuccessRate, attack success rate", "top1Agreement, top1 agreement", "KL, kl"})
    void words(String camelCase, String shown) {
        assertThat(Figures.words(camelCase)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"12, 12 B", "742904, 743 kB", "2797144, 2.80 MB"})
    void bytes(long bytes, String shown) {
        assertThat(Figures.bytes(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"3.66, 3.7 s", "192.4, 3 min 12 s", "59.99, 60.0 s", "119.9, 2 min 0 s"})
    void seconds(double seconds, String shown) {
        assertThat(Figures.seconds(seconds)).isEqualTo(shown);
    }
}
