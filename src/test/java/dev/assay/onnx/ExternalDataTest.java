package dev.assay.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.assay.InvalidModelException;
import dev.assay.Sha256;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.onnx.proto.ModelProto;
import dev.assay.onnx.proto.StringStringEntryProto;
import dev.assay.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExternalDataTest {
    private static Path external(Path folder) throws IOException {
        Files.write(folder.resolve("w.bin"), new byte[] {9, 9, 0, 0, (byte) 0x80, 0x3F, 9});
        return Files.write(
                folder.resolve("model.onnx"), externalModel("w.bin", "2", "4").toByteArray());
    }

    /** A model whose FLOAT {@code w} lies in a file; null leaves an entry out. */
    static ModelProto externalModel(String location, String offset, String length) {
        ModelProto.Builder model = HostileModelTest.add();
        TensorProto.Builder w = model.getGraphBuilder().getInitializerBuilder(0);
        w.clearRawData().setDataLocation(1);
        Stream.of(entry("location", location), entry("offset", offset), entry("length", length))
                .filter(entry -> !entry.getValue().isEmpty())
                .forEach(w::addExternalData);
        return model.build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    @Test
    void externalDataIsReadInlinedOrKept(@TempDir Path folder) throws IOException {
        Path path = external(folder);
        Model model = OnnxReader.read(path);
        assertThat(model.graph().initializers().get("w")).isEqualTo(Tensor.scalar(1f));
        assertThat(OnnxWriter.toBytes(model))
                .isEqualTo(HostileModelTest.add().build().toByteArray());
        Path kept = folder.resolve("kept.onnx");
        OnnxWriter.writeKeepingExternalData(model, kept);
        assertThat(kept).hasSameBinaryContentAs(path);
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        assertThatThrownBy(() -> OnnxWriter.writeKeepingExternalData(model, elsewhere.resolve("model.onnx")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("tensor 'w': there is no external file 'w.bin'");
        Files.write(elsewhere.resolve("w.bin"), new byte[7]);
        assertThatThrownBy(() -> OnnxWriter.writeKeepingExternalData(model, elsewhere.resolve("model.onnx")))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("got other data");
    }

    @Test
    void digestAndSizeCoverExternalData(@TempDir Path folder) throws IOException {
        Path path = external(folder);
        ModelFiles files = ModelFiles.of(path);

        assertThat(files.bytes()).isEqualTo(Files.size(path) + 7);
        assertThat(files.sha256())
                .isEqualTo(Sha256.ofText("%s  model.onnx\n%s  w.bin\n"
                        .formatted(Sha256.ofFile(path), Sha256.ofFile(folder.resolve("w.bin")))));
    }

    @Test
    void digestOfAModelInOneFileIsTheFiles(@TempDir Path folder) throws IOException {
        Path path = Files.write(
                folder.resolve("model.onnx"), HostileModelTest.add().build().toByteArray());

        assertThat(ModelFiles.of(path).sha256()).isEqualTo(Sha256.ofFile(path));
    }

    @ParameterizedTest
    @CsvSource({
        "../w.bin, 0, 4, must lie in the model's folder",
        "/etc/passwd, 0, 4, must lie in the model's folder",
        "link.bin, 0, 4, leads out of the model's folder by a link",
        "loop.bin, 0, 4, cannot be read",
        "missing.bin, 0, 4, there is no external file",
        "'', 0, 4, must be a regular file",
        ".., 0, 4, must lie in the model's folder",
        "w.bin, 1, 4, must hold 4 bytes from offset 1 on",
        "w.bin, 999999999999999999, 4, must hold 4 bytes from offset",
        "w.bin, -1, 4, must be a number of bytes",
        "w.bin, 99999999999999999999, 4, must be a number of bytes",
        "w.bin, 0, 5, external length must be 4 bytes",
    })
    void externalDataStaysInsideFolderAndFile(
            String location, String offset, String length, String message, @TempDir Path outside) throws IOException {
        Files.write(outside.resolve("w.bin"), new byte[4]);
        Path folder = Files.createDirectory(outside.resolve("folder"));
        Files.write(folder.resolve("w.bin"), new byte[4]);
        Files.createSymbolicLink(folder.resolve("link.bin"), outside.resolve("w.bin"));
        Files.createSymbolicLink(folder.resolve("loop.bin"), folder.resolve("loop.bin"));
        byte[] model = externalModel(location, offset, length).toByteArray();
        Path path = Files.write(folder.resolve("model.onnx"), model);
        assertThatThrownBy(() -> OnnxReader.read(path))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("model.onnx: initializer 'w': ")
                .hasMessageContaining(message);
    }

    /** The files are sparse: they take no room. */
    @Test
    void largeFilesAreMappedAndNeverInlined(@TempDir Path folder) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("w.bin").toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        ModelProto.Builder model = externalModel("w.bin", "3000000000", "").toBuilder();
        TensorProto.Builder first = model.getGraph().getInitializer(0).toBuilder()
                .setName("a")
                .addDims(300 << 20)
                .clearExternalData()
                .addExternalData(entry("location", "w.bin"));
        model.getGraphBuilder().addInitializer(first);
        model.getGraphBuilder().addInitializer(first.setName("b"));
        Model read = OnnxReader.read(
                Files.write(folder.resolve("model.onnx"), model.build().toByteArray()));
        assertThat(read.graph().constant("w")).contains(Tensor.scalar(0f));
        assertThatThrownBy(() -> OnnxWriter.toBytes(read))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("must be below 2 GB");
        Path kept = folder.resolve("kept.onnx");
        OnnxWriter.writeKeepingExternalData(OnnxReader.read(folder.resolve("model.onnx")), kept);
        assertThat(kept).hasSameBinaryContentAs(folder.resolve("model.onnx"));
    }
}
