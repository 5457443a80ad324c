package dev.assay.onnx;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Files that people hand in instead of ONNX models, known by their first bytes. The signature's chars are bytes. */
record FileKind(int offset, String signature, String what) {
    private static final int LOOKED_AT = 512;

    private static final List<FileKind> KNOWN = List.of(
            at(0, "\u0089PNG", "a PNG image"),
            at(0, "\u00ff\u00d8\u00ff", "a JPEG image"),
            at(0, "GIF8", "a GIF image"),
            at(0, "PK\u0003\u0004", "a ZIP archive, as PyTorch, Keras and NumPy write them: export the model to ONNX"),
            at(0, "\u0089HDF", "an HDF5 file, as Keras writes them: export the model to ONNX"),
            at(0, "\u001f\u008b", "a gzip archive: unpack it"),
            at(0, "\u0080\u0002", "a Python pickle, as PyTorch writes them: export the model to ONNX"),
            at(0, "\u0080\u0004", "a Python pickle, as PyTorch writes them: export the model to ONNX"),
            at(0, "\u0093NUMPY", "a NumPy array"),
            at(0, "GGUF", "a GGUF file"),
            at(0, "%PDF", "a PDF document"),
            at(4, "TFL3", "a TensorFlow Lite model: export the model to ONNX"),
            at(4, "ORTM", "an ORT-format model: hand in the ONNX model it was made from"),
            at(0, "version https://git-lfs", "a Git LFS pointer, not the file it stands for: run 'git lfs pull'"));

    private static FileKind at(int offset, String signature, String what) {
        return new FileKind(offset, signature, what);
    }

    /** What a file that is no model looks like, if that can be told. */
    static Optional<String> guess(byte[] file) {
        return KNOWN.stream()
                .filter(kind -> kind.fits(file))
                .map(FileKind::what)
                .findFirst()
                .or(() -> isText(file) ? Optional.of("text") : Optional.empty());
    }

    private boolean fits(byte[] file) {
        int end = offset + signature.length();
        return file.length >= end
                && signature.equals(new String(file, offset, signature.length(), StandardCharsets.ISO_8859_1));
    }

    private static boolean isText(byte[] file) {
        String start = new String(file, 0, Math.min(file.length, LOOKED_AT), StandardCharsets.UTF_8);
        return start.chars().noneMatch(c -> c == '\uFFFD' || (c < ' ' && "\t\r\n".indexOf(c) < 0));
    }
}
