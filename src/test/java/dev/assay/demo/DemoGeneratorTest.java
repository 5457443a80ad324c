package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoGeneratorTest {
    private static final DemoGenerator.Scale SMALL =
            new DemoGenerator.Scale(96, 10, 20, 20, new DemoModel.Config(2, 2, 32, 0.05f));

    @Test
    void writesTheSameBytesTwice(@TempDir Path first, @TempDir Path second) throws IOException {
        DemoGenerator.write(first, SMALL, line -> {});
        DemoGenerator.write(second, SMALL, line -> {});

        List<Path> files = files(first);
        assertThat(files).hasSize(8).isEqualTo(files(second));
        for (Path file : files) {
            assertThat(first.resolve(file)).hasSameBinaryContentAs(second.resolve(file));
        }
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile)
                    .map(root::relativize)
                    .sorted()
                    .toList();
        }
    }
}
