package dev.assay.audit;

import dev.assay.OutputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files whole or not at all: to a neighbouring file first, which then takes the name. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Writes a text as UTF-8, making the folders above it; a file already there is replaced. Half a surrogate pair, which
     * has no UTF-8, becomes a question mark.
     *
     * @throws OutputException if it cannot be written; nothing is left behind
     */
    public static void write(Path file, String text) {
        Path absolute = file.toAbsolutePath();
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        try {
            Files.createDirectories(partial.getParent());
            try {
                Files.write(partial, text.getBytes(StandardCharsets.UTF_8));
                Files.move(partial, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new OutputException(file + ": cannot be written: " + e, e);
        }
    }
}
