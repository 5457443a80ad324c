package dev.assay.cli;

import dev.assay.defense.Budget;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much an audit may cost, and what its random choices are. */
final class EffortOptions {
    @Option(
            names = "--budget",
            paramLabel = "NAME",
            description = "quick, standard or thorough. Default: standard; quick for the demo.")
    private @Nullable Budget budget;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random. Default: 7.")
    private long seed = 7;

    /** As given, or else the usual one. */
    Budget budget(Budget usual) {
        return budget == null ? usual : budget;
    }

    long seed() {
        return seed;
    }
}
