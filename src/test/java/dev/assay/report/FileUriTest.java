package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileUriTest {
    @ParameterizedTest
    @CsvSource({
        "models/a.onnx, models/a.onnx",
        "my models/a+b.onnx, my%20models/a%2Bb.onnx",
        "/srv/models/a.onnx, file:///srv/models/a.onnx",
        "C:\\models\\a.onnx, file:///C%3A/models/a.onnx",
        "\\\\host\\share\\a.onnx, file://host/share/a.onnx",
        "c:d?e#f%41, c%3Ad%3Fe%23f%2541",
        "ñ日.onnx, %C3%B1%E6%97%A5.onnx",
    })
    void pathsBecomeUris(String path, String uri) {
        assertThat(FileUri.of(path)).isEqualTo(uri);
        assertThat(URI.create(uri).isAbsolute()).isEqualTo(uri.startsWith("file:"));
    }
}
