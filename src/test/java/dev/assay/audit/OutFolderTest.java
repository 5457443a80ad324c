package dev.assay.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutFolderTest {
    private final Path path;

    OutFolderTest(@TempDir Path path) {
        this.path = path;
    }

    @Test
    void isHeldByOneAuditAtATime() {
        try (OutFolder first = OutFolder.open(path)) {
            assertThat(first.root()).isDirectory();
            assertThatThrownBy(() -> OutFolder.open(path))
                    .isInstanceOf(OutputException.class)
                    .hasMessageContaining("another audit is writing there");
        }
        OutFolder.open(path).close();
    }

    @Test
    void startsWithAnEmptyWorkFolderAndKeepsTheRest() throws IOException {
        OutFolder.open(path).close();
        Files.createDirectories(path.resolve("work/deep"));
        Files.writeString(path.resolve("work/deep/left.npy"), "");
        Files.writeString(path.resolve("notes.txt"), "mine");

        try (OutFolder folder = OutFolder.open(path)) {
            assertThat(folder.work()).isEmptyDirectory();
        }
        assertThat(path.resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void saysInOneLineThatItCannotWrite() throws IOException {
        Path file = Files.writeString(path.resolve("file"), "");

        assertThatThrownBy(() -> OutFolder.open(file.resolve("out")))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("an audit cannot write there");
        assertThatThrownBy(() -> WholeFile.write(file.resolve("result.json"), "{}"))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("cannot be written");
    }
}
