package dev.assay.audit;

import dev.assay.InvalidDataException;
import dev.assay.Sha256;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file as a task's request or result names it.
 *
 * @param path relative to the audit's folder, with {@code /} between names, or absolute for a file outside it
 * @param sha256 digest of its bytes when it was named
 */
record FileRef(String path, String sha256) {
    /** The file as it is now; {@code folder} is the audit's. */
    static FileRef of(Path folder, Path file) {
        Path root = folder.toAbsolutePath().normalize();
        Path target = file.toAbsolutePath().normalize();
        Path named = target.startsWith(root) ? root.relativize(target) : target;
        return new FileRef(named.toString().replace('\\', '/'), digest(target));
    }

    /** The file's name without its folder. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Where it is, unchecked. */
    Path in(Path folder) {
        return folder.resolve(path);
    }

    /**
     * Where it is, once its bytes were found to be those that were named.
     *
     * @throws InvalidDataException if the file is missing or has changed
     */
    Path checked(Path folder) {
        Path file = in(folder);
        String found = digest(file);
        if (!found.equals(sha256)) {
            throw new InvalidDataException("%s: expected the file with sha256 %s, got %s: it changed during the audit"
                    .formatted(file, sha256, found));
        }
        return file;
    }

    /** Whether the file is there with the bytes that were named. */
    boolean isIntact(Path folder) {
        try {
            checked(folder);
            return true;
        } catch (InvalidDataException e) {
            return false;
        }
    }

    private static String digest(Path file) {
        try {
            return Sha256.ofFile(file);
        } catch (NoSuchFileException e) {
            throw new InvalidDataException(file + ": no such file", e);
        } catch (IOException e) {
            throw new InvalidDataException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
