package dev.assay.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Real models, where they are at hand: what is read and not edited is written back byte for byte. */
class SharedModelsTest {
    private static final Path DATA = Path.of("../shared/data");

    @TestFactory
    List<DynamicTest> writtenAsRead() throws IOException {
        if (!Files.isDirectory(DATA)) {
            return List.of(DynamicTest.dynamicTest("real models", () -> abort("no folder " + DATA)));
        }
        try (Stream<Path> files = Files.walk(DATA)) {
            return files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(file.toString(), () -> requireWrittenAsRead(file)))
                    .toList();
        }
    }

    private static void requireWrittenAsRead(Path file) throws IOException {
        assertThat(OnnxWriter.toBytes(OnnxReader.read(file))).isEqualTo(Files.readAllBytes(file));
    }
}
