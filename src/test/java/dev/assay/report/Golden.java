package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Golden files in {@code src/test/resources}; {@code -Dupdate.golden=true} writes them anew. */
public final class Golden {
    private static final Path FOLDER = Path.of("src/test/resources/dev/assay/report");

    private Golden() {}

    /** Asserts that the text equals the file, byte for byte. */
    public static void assertMatches(String actual, String file) throws IOException {
        Path path = FOLDER.resolve(file);
        if (Boolean.getBoolean("update.golden")) {
            Files.writeString(path, actual);
        }
        assertThat(actual)
                .as("%s (if the change is meant: mvn test -Dupdate.golden=true)", path)
                .isEqualTo(Files.readString(path));
    }
}
