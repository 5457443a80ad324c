package dev.assay.audit;

import dev.assay.OutputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder an audit writes to, locked while it is open so that two audits never share one.
 *
 * <pre>
 * audit.json          the result, once the audit is through
 * audit.lock          held by the audit that is running; the operating system lets go of it when that dies
 * artifacts/          quantized models, {@code <scheme>.onnx}; {@code control.onnx}, a copy of the model with a planted
 *                     backdoor, and what is made of it
 * tasks/              {@code <task>.json} as each task finishes, with {@code <task>.log}, what it printed, if anything;
 *                     {@code <task>.crash.log}, the JVM's report, where it crashed; scores of the reference
 * work/               images as tasks read them and temporary files; gone when the audit is through
 * </pre>
 */
final class OutFolder implements AutoCloseable {
    private static final String LOCK = "audit.lock";
    private static final String WORK = "work";

    private final Path root;
    private final FileChannel lockFile;

    private OutFolder(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /**
     * Makes the folder where it is missing, and locks it.
     *
     * @throws OutputException if another audit holds it, or nothing can be written there
     */
    static OutFolder open(Path path) {
        requireOwn(path);
        Path root = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
            FileChannel channel =
                    FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            OutFolder folder = new OutFolder(root, channel);
            try {
                folder.prepare(path);
            } catch (IOException | OutputException e) {
                folder.close();
                throw e;
            }
            return folder;
        } catch (IOException e) {
            throw new OutputException(path + ": an audit cannot write there: " + e, e);
        }
    }

    /**
     * Refuses a folder that holds something by a name an audit writes, or deletes, but was no audit's before.
     *
     * @throws OutputException if it is somebody else's
     */
    static void requireOwn(Path path) {
        if (Files.exists(path.resolve(LOCK))) {
            return;
        }
        for (String name : List.of(WORK, "tasks", "artifacts", "audit.json", "index.html")) {
            if (Files.exists(path.resolve(name))) {
                throw new OutputException(
                        "%s: expected a folder of its own, but '%s' there was not written by an audit; choose another with --out"
                                .formatted(path, name));
            }
        }
    }

    private void prepare(Path path) throws IOException {
        if (lock(lockFile) == null) {
            throw new OutputException(path + ": expected a folder of its own, but another audit is writing there;"
                    + " wait for it, or choose another with --out");
        }
        deleteWork();
        for (Path part : List.of(artifacts(root), tasks(root), work())) {
            Files.createDirectories(part);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Path root() {
        return root;
    }

    Path auditJson() {
        return root.resolve("audit.json");
    }

    static Path artifacts(Path root) {
        return root.resolve("artifacts");
    }

    /** Whether a file lies where tasks put theirs. */
    static boolean holds(Path root, Path file) {
        Path parent = file.normalize().getParent();
        return artifacts(root).equals(parent) || tasks(root).equals(parent);
    }

    Path work() {
        return root.resolve(WORK);
    }

    static Path tasks(Path root) {
        return root.resolve("tasks");
    }

    static Path taskFile(Path root, String task, String suffix) {
        return tasks(root).resolve(task + suffix);
    }

    /** A folder for the temporary files of a task, or of a process that runs tasks. */
    static Path scratch(Path root, String name) {
        return root.resolve(WORK).resolve(name);
    }

    /** Deletes a file that only Assay writes. */
    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new OutputException(file + ": cannot be deleted: " + e, e);
        }
    }

    /** Deletes a folder that only Assay writes to, with all it holds. */
    static void deleteTree(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(OutFolder::delete);
        } catch (IOException e) {
            throw new OutputException(folder + ": cannot be deleted: " + e, e);
        }
    }

    void deleteWork() {
        deleteTree(work());
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new OutputException(root + ": the lock cannot be let go: " + e, e);
        }
    }
}
