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
 */
public record SessionSpec(Provider provider, Optimization optimization, int threads, OptionalInt accuracyLevel) {
    public SessionSpec {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got " + threads);
        }
    }

    /** The CPU provider at full optimization. */
    public static SessionSpec cpu(int threads) {
        return new SessionSpec(Provider.CPU, Optimization.ALL, threads, OptionalInt.empty());
    }

    /** The same at another optimization level. */
    public SessionSpec at(Optimization level) {
        return new SessionSpec(provider, level, threads, accuracyLevel);
    }

    /** The same on another provider. */
    public SessionSpec on(Provider other) {
        return new SessionSpec(other, optimization, threads, accuracyLevel);
    }

    /** The same with another number of threads. */
    public SessionSpec withThreads(int count) {
        return new SessionSpec(provider, optimization, count, accuracyLevel);
    }

    /** The same with 4-bit MatMuls at another accuracy level. */
    public SessionSpec withAccuracyLevel(int level) {
        return new SessionSpec(provider, optimization, threads, OptionalInt.of(level));
    }

    /** The options beyond provider, optimization and threads, in words; mostly empty. */
    public List<String> extraOptions() {
        List<String> options = new ArrayList<>();
        accuracyLevel.ifPresent(level -> options.add("matmulnbits-accuracy-level=" + level));
        return options;
    }
}
