package dev.assay.audit;

import dev.assay.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Runs an audit's tasks and keeps each result on disk as soon as it is there. A stored result stands in for a task when
 * the digest of the task's request is the same and the files that the result names still have theirs; a failure is not
 * stored, so that it is tried again.
 */
final class Ledger {
    private static final String SUFFIX = ".json";

    private final Path root;
    private final TaskRunner runner;
    private final AuditListener listener;
    private final Map<String, Double> seconds = new LinkedHashMap<>();

    /** A ledger in an audit's folder. */
    Ledger(Path root, TaskRunner runner, AuditListener listener) {
        this.root = root;
        this.runner = runner;
        this.listener = listener;
    }

    /**
     * A result as {@code tasks/<id>.json} holds it.
     *
     * @param key digest of everything the result depends on
     * @param seconds how long the task took
     */
    record Entry(String key, String kind, JsonNode request, JsonNode result, double seconds) {}

    /**
     * Deletes what earlier audits stored here: entries, their logs, and the files they name as far as those are as the
     * audit left them. Whatever else lies in the folder stays, and so do planted controls, which are dear to make.
     */
    void clear() {
        for (Path file : files()) {
            read(file).filter(entry -> !entry.kind().equals(Tasks.PLANT.id())).ifPresent(entry -> {
                namedFiles(entry.result())
                        .filter(named -> OutFolder.holds(root, named.in(root)) && named.isIntact(root))
                        .forEach(named -> OutFolder.delete(named.in(root)));
                OutFolder.delete(file);
                OutFolder.delete(logOf(file));
            });
        }
    }

    private static Path logOf(Path entryFile) {
        String name = entryFile.getFileName().toString();
        return entryFile.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".log");
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(OutFolder.tasks(root))) {
            return files.filter(file -> file.toString().endsWith(SUFFIX)).toList();
        } catch (IOException e) {
            throw new InvalidDataException(root + ": cannot be read: " + e, e);
        }
    }

    /** What became of a task: a value or a failure, the other being empty. */
    record Outcome<R>(Optional<R> value, Optional<Failure> failure) {
        /**
         * The value, for what an audit cannot do without.
         *
         * @throws dev.assay.AssayException the failure
         */
        R orElseThrow() {
            return value.orElseThrow(() -> failure.orElseThrow().exception());
        }
    }

    /** Finds a task's stored result, or runs the task and stores its result. */
    <Q, R> Outcome<R> run(String id, TaskKind<Q, R> kind, Q request) {
        return run(id, kind, request, Failure::message);
    }

    /**
     * Likewise, for what an audit cannot do without. The exception says why a task failed, the listener hears only that
     * it did.
     *
     * @throws dev.assay.AssayException the failure
     */
    <Q, R> R require(String id, TaskKind<Q, R> kind, Q request) {
        return run(id, kind, request, failure -> "failed").orElseThrow();
    }

    private <Q, R> Outcome<R> run(String id, TaskKind<Q, R> kind, Q request, Function<Failure, String> told) {
        TaskCall call = TaskCall.of(id, kind, request);
        Path file = OutFolder.taskFile(root, id, SUFFIX);
        String key = call.key();
        Optional<Entry> stored = read(file).filter(entry -> entry.key().equals(key) && isIntact(entry));
        if (stored.isPresent()) {
            seconds.put(id, stored.get().seconds());
            listener.ended(id, "kept from an earlier run");
            return done(kind, stored.get().result());
        }
        listener.started(id);
        long start = System.nanoTime();
        TaskReply reply = runner.run(call, root, progress -> listener.progressed(id, progress));
        seconds.put(id, (System.nanoTime() - start) / 1e9);
        JsonNode result = reply.result();
        if (result == null) {
            Failure failure = reply.failed();
            listener.ended(id, told.apply(failure));
            return new Outcome<>(Optional.empty(), Optional.of(failure));
        }
        Entry entry = new Entry(key, kind.id(), call.request(), result, seconds.get(id));
        WholeFile.write(file, AuditJson.MAPPER.writeValueAsString(entry) + "\n");
        listener.ended(id, "done");
        return done(kind, result);
    }

    private static <R> Outcome<R> done(TaskKind<?, R> kind, JsonNode result) {
        return new Outcome<>(Optional.of(AuditJson.MAPPER.treeToValue(result, kind.result())), Optional.empty());
    }

    private boolean isIntact(Entry entry) {
        return namedFiles(entry.result()).allMatch(named -> named.isIntact(root));
    }

    /** Every {@link FileRef} in a result, wherever it stands. */
    private static Stream<FileRef> namedFiles(JsonNode node) {
        if (node.size() == 2 && node.has("path") && node.has("sha256")) {
            return Stream.of(AuditJson.MAPPER.treeToValue(node, FileRef.class));
        }
        return node.values().stream().flatMap(Ledger::namedFiles);
    }

    /** The entry that a file holds; empty when there is none, or something else. */
    private static Optional<Entry> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(AuditJson.MAPPER.readValue(file, Entry.class));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** How long each task took, by id, in the order of the audit. */
    Map<String, Double> seconds() {
        return Collections.unmodifiableMap(seconds);
    }
}
