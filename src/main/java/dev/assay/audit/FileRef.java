package dev.assay.audit;

import dev.assay.InvalidDataException;
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
        return new FileRef(named.toString().replace('\\', '/'), Sha256.of(target));
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
        String found = Sha256.of(file);
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
}
