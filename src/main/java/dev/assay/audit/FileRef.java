package dev.assay.audit;

import dev.assay.InvalidDataException;
import dev.assay.Sha256;
import dev.assay.onnx.ModelFiles;
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
    @FunctionalInterface
    private interface Digest {
        String of(Path file) throws IOException;
    }

    /** The file as it is now; {@code folder} is the audit's. */
    static FileRef of(Path folder, Path file) {
        return of(folder, file, Sha256::ofFile);
    }

    /**
     * A model as it is now: {@link ModelFiles#sha256 its digest} covers its external data.
     *
     * @throws dev.assay.InvalidModelException if it is none
     */
    static FileRef ofModel(Path folder, Path model) {
        return of(folder, model, FileRef::ofModel);
    }

    private static FileRef of(Path folder, Path file, Digest digest) {
        Path root = folder.toAbsolutePath().normalize();
        Path target = file.toAbsolutePath().normalize();
        Path named = target.startsWith(root) ? root.relativize(target) : target;
        return new FileRef(named.toString().replace('\\', '/'), read(target, digest));
    }

    private static String ofModel(Path model) throws IOException {
        return ModelFiles.of(model).sha256();
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
        return checked(folder, Sha256::ofFile);
    }

    /** As {@link #checked}, for a model. */
    Path checkedModel(Path folder) {
        return checked(folder, FileRef::ofModel);
    }

    private Path checked(Path folder, Digest digest) {
        Path file = in(folder);
        String found = read(file, digest);
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

    private static String read(Path file, Digest digest) {
        try {
            return digest.of(file);
        } catch (NoSuchFileException e) {
            throw new InvalidDataException(file + ": no such file", e);
        } catch (IOException e) {
            throw new InvalidDataException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
