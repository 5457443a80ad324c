package dev.assay.onnx;

import dev.assay.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files that make a model.
 *
 * @param model the ONNX file
 * @param external the files beside it that hold tensors' data, sorted; mostly none
 */
public record ModelFiles(Path model, List<Path> external) {
    public ModelFiles {
        external = List.copyOf(external);
    }

    /**
     * Finds the files of a model, all of which are there.
     *
     * @throws dev.assay.InvalidModelException if {@link OnnxReader#read(Path)} would refuse it
     */
    public static ModelFiles of(Path model) {
        return new ModelFiles(model, OnnxReader.externalFiles(model));
    }

    /**
     * The SHA-256 digest of the ONNX file or, where tensors lie in other files, of what {@code sha256sum} prints for the
     * ONNX file and then those files, named as they lie in its folder: lines {@code <digest>  <name>}.
     */
    public String sha256() throws IOException {
        if (external.isEmpty()) {
            return Sha256.ofFile(model);
        }
        Path folder = model.toAbsolutePath().resolveSibling("").toRealPath();
        StringBuilder lines = new StringBuilder(line(model, String.valueOf(model.getFileName())));
        for (Path file : external) {
            lines.append(line(file, folder.relativize(file).toString().replace('\\', '/')));
        }
        return Sha256.ofText(lines.toString());
    }

    private static String line(Path file, String name) throws IOException {
        return "%s  %s\n".formatted(Sha256.ofFile(file), name);
    }

    /** The sizes of all files together. */
    public long bytes() throws IOException {
        long bytes = Files.size(model);
        for (Path file : external) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
