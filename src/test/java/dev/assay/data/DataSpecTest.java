package dev.assay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSpecTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "folder:images",
                "cifar10:/data/cifar#0..2000",
                "cifar10-train:c",
                "gtsrb:g#7..8",
                "gtsrb-train:g",
                "idx:mnist",
                "idx-train:mnist",
                "records:test.bin#10..20",
                "signs:train#0..20000"
            })
    void printsWhatItParses(String text) {
        assertThat(DataSpec.parse(text)).hasToString(text);
    }

    @Test
    void splitsAtTheFirstColonAndTheLastHash() {
        DataSpec spec = DataSpec.parse("folder:a:b#c#3..5");
        assertThat(spec).isEqualTo(new DataSpec("folder", Path.of("a:b#c"), new Range(3, 5)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "imagenet:x | got kind 'imagenet'",
                "imagenet:x | one of cifar10, cifar10-train, folder, gtsrb, gtsrb-train, idx, idx-train, records, signs",
                "images | got kind 'images'",
                "folder | expected folder:PATH",
                "folder: | expected folder:PATH",
                "folder:#0..1 | expected folder:PATH",
                "folder:x#5 | expected from..to",
                "folder:x#-1..5 | expected from..to",
                "folder:x#5..5 | from < to, got 5..5",
                "folder:x#0..9999999999 | expected from..to",
            })
    void refusesWhatItCannotRead(String text, String message) {
        assertThatThrownBy(() -> DataSpec.parse(text))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining(message);
    }
}
