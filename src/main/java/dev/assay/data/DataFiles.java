package dev.assay.data;

import dev.assay.InvalidDataException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Reads files and folders that a user named; every failure is an {@link InvalidDataException} with the path. */
final class DataFiles {
    private DataFiles() {}

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** The lines of a UTF-8 text, without spaces around them and without blank lines at the end. */
    static List<String> lines(Path file) {
        try {
            return Files.readString(file)
                    .stripTrailing()
                    .lines()
                    .map(String::strip)
                    .toList();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static long size(Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidDataException(file + ": expected a file, got a folder");
        }
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** What a folder holds, hidden names (first character a dot) left out, sorted by name. */
    static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidDataException(folder + ": expected a folder, got "
                    + (Files.exists(folder) ? "a file" : "nothing: no such folder"));
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !name(entry).startsWith("."))
                    .sorted(Comparator.comparing(DataFiles::name))
                    .toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** The folders of {@link #list}. */
    static List<Path> folders(Path folder) {
        return list(folder).stream().filter(Files::isDirectory).toList();
    }

    static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    /** The file in {@code folder} whose name was read from {@code origin}. */
    static Path resolve(Path folder, String name, Path origin) {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new InvalidDataException(origin + ": expected a file name: " + e.getMessage(), e);
        }
    }

    static InvalidDataException unreadable(Path path, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return new InvalidDataException(path + ": no such file", cause);
        }
        if (cause instanceof CharacterCodingException) {
            return new InvalidDataException(path + ": expected UTF-8 text, got other bytes", cause);
        }
        if (cause instanceof EOFException) {
            return new InvalidDataException(path + ": expected more bytes, got the end; copy it again whole", cause);
        }
        return new InvalidDataException(path + ": cannot be read: " + cause.getMessage(), cause);
    }
}
