package dev.assay.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How an artifact is run: what, with its bytes, makes a deployment.
 *
 * @param provider execution provider asked for
 * @param optimization graph optimization level
 * @param threads threads within an operator, at least 1
 * @param accuracyLevel {@code session.qdq_matmulnbits_accuracy_level}; empty leaves ONNX Runtime's default, 4: the
 *     activations of 4-bit MatMuls are quantized to 8 bits inside the kernel (measured). 0 keeps them float
 * @param lanes batches that a {@link Classifier} runs beside each other, which share the threads; see {@link Lanes}
 */
public record SessionSpec(
        Provider provider, Optimization optimization, int threads, OptionalInt accuracyLevel, int lanes) {
    public SessionSpec {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got " + threads);
        }
        if (lanes < 1 || lanes > threads) {
            throw new IllegalArgumentException("lanes must be 1 to %d, got %d".formatted(threads, lanes));
        }
    }

    /** The CPU provider at full optimization. */
    public static SessionSpec cpu(int threads) {
        return new SessionSpec(Provider.CPU, Optimization.ALL, threads, OptionalInt.empty(), 1);
    }

    /** The same at another optimization level. */
    public SessionSpec at(Optimization level) {
        return new SessionSpec(provider, level, threads, accuracyLevel, lanes);
    }

    /** The same on another provider. */
    public SessionSpec on(Provider other) {
        return new SessionSpec(other, optimization, threads, accuracyLevel, lanes);
    }

    /** The same with another number of threads, all of them in one lane. */
    public SessionSpec withThreads(int count) {
        return new SessionSpec(provider, optimization, count, accuracyLevel, 1);
    }

    /** The same with another number of lanes. */
    SessionSpec withLanes(int count) {
        return new SessionSpec(provider, optimization, threads, accuracyLevel, count);
    }

    /** What one lane runs. */
    SessionSpec lane() {
        return withThreads(threads / lanes);
    }

    /** The same with 4-bit MatMuls at another accuracy level. */
    public SessionSpec withAccuracyLevel(int level) {
        return new SessionSpec(provider, optimization, threads, OptionalInt.of(level), lanes);
    }

    /** The options beyond provider, optimization and threads, in words; mostly empty. */
    public List<String> extraOptions() {
        List<String> options = new ArrayList<>();
        accuracyLevel.ifPresent(level -> options.add("matmulnbits-accuracy-level=" + level));
        return options;
    }
}
