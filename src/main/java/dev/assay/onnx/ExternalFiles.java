package dev.assay.onnx;

import dev.assay.InvalidModelException;
import dev.assay.onnx.proto.StringStringEntryProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The files beside a model that hold its tensors' bytes, mapped read-only. Nothing outside the model's folder is read.
 * A mapping lives as long as a buffer over it; the file must not change meanwhile.
 */
final class ExternalFiles {
    private final Optional<Path> folder;
    private final Map<Path, ByteBuffer> mapped = new HashMap<>();
    private final SortedSet<Path> used = new TreeSet<>();

    private ExternalFiles(Optional<Path> folder) {
        this.folder = folder;
    }

    /** The files in the folder of a model file and below. */
    static ExternalFiles beside(Path model) {
        return new ExternalFiles(Optional.ofNullable(model.toAbsolutePath().getParent()));
    }

    /** For a model that is not in a folder: every reference is refused. */
    static ExternalFiles none() {
        return new ExternalFiles(Optional.empty());
    }

    /** The {@code bytes} bytes that a tensor's {@code external_data} refers to. */
    ByteBuffer read(List<StringStringEntryProto> reference, int bytes, Place place) {
        Map<String, String> entries = entries(reference, place);
        String location = entries.getOrDefault("location", "");
        long offset = number(entries, "offset", 0, place);
        long length = number(entries, "length", bytes, place);
        if (length != bytes) {
            throw place.invalid("its external length must be %d bytes, got %d", bytes, length);
        }
        try {
            Path file = locate(location, place);
            used.add(file);
            long size = Files.size(file);
            if (offset > size - bytes) {
                throw place.invalid(
                        "external file '%s' must hold %d bytes from offset %d on, got a file of %d bytes",
                        location, bytes, offset, size);
            }
            return map(file, offset, bytes, size);
        } catch (IOException | InvalidPathException e) {
            throw new InvalidModelException(
                    place + ": external file '" + location + "' cannot be read: " + e.getMessage(), e);
        }
    }

    /** The files that were read from so far, links resolved. */
    List<Path> used() {
        return List.copyOf(used);
    }

    private static Map<String, String> entries(List<StringStringEntryProto> reference, Place place) {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : reference) {
            String key = entry.getKey().toStringUtf8();
            if (entries.put(key, entry.getValue().toStringUtf8()) != null) {
                throw place.invalid("external_data gives '%s' twice", key);
            }
        }
        return entries;
    }

    private static long number(Map<String, String> entries, String key, long absent, Place place) {
        String text = entries.get(key);
        if (text == null) {
            return absent;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw place.invalid("external %s must be a number of bytes, got '%s'", key, text);
        }
        return Long.parseLong(text);
    }

    private Path locate(String location, Place place) throws IOException {
        if (folder.isEmpty()) {
            throw place.invalid("its data lies in external file '%s': read the model from its path", location);
        }
        Path root = folder.get().toRealPath();
        Path file = root.resolve(location).normalize();
        if (Path.of(location).isAbsolute() || !file.startsWith(root)) {
            throw place.invalid("external data must lie in the model's folder, got '%s'", location);
        }
        if (Files.notExists(file)) {
            throw place.invalid("there is no external file '%s'", location);
        }
        Path real = file.toRealPath();
        if (!real.startsWith(root)) {
            throw place.invalid("external file '%s' leads out of the model's folder by a link", location);
        }
        if (!Files.isRegularFile(real)) {
            throw place.invalid("external data must be a regular file, got '%s'", location);
        }
        return real;
    }

    /** Maps a file as a whole, once, where a buffer can span it: the number of mappings is limited. */
    private ByteBuffer map(Path file, long offset, int bytes, long size) throws IOException {
        if (size > Integer.MAX_VALUE) {
            return open(file, offset, bytes);
        }
        ByteBuffer whole = mapped.get(file);
        if (whole == null) {
            whole = open(file, 0, size);
            mapped.put(file, whole);
        }
        return whole.slice((int) offset, bytes);
    }

    private static ByteBuffer open(Path file, long offset, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(MapMode.READ_ONLY, offset, bytes);
        }
    }
}
