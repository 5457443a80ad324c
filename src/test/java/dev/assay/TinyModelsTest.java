package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TinyModelsTest {
    private static final Path FILE = Path.of("src/test/resources/models/tiny.onnx");

    /** Run with {@code -Dupdate.golden=true} to write the file anew. */
    @Test
    void committedFileIsWhatTheTestsMake() throws IOException {
        byte[] made = OnnxWriter.toBytes(TinyModels.classifier());
        if (Boolean.getBoolean("update.golden")) {
            Files.write(FILE, made);
        }
        assertThat(made).isEqualTo(Files.readAllBytes(FILE));
    }
}
