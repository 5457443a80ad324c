package dev.assay.runtime;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Threads that work beside each other, each running a session by itself. */
public final class SideBySide implements AutoCloseable {
    private final ExecutorService threads;

    /** So many threads, started as they are needed. */
    public SideBySide(int count) {
        threads = Executors.newFixedThreadPool(count);
    }

    /**
     * Runs parts of a job; returns their results in order when all have ended. Where one fails, its exception is thrown then,
     * and not before: a session may be closed after it, which nothing still runs. The caller runs a single part itself.
     */
    public <T> List<T> run(List<Supplier<T>> parts) {
        if (parts.size() == 1) {
            return List.of(parts.get(0).get());
        }
        List<CompletableFuture<T>> running = parts.stream()
                .map(part -> CompletableFuture.supplyAsync(part, threads))
                .toList();
        try {
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
            return running.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
