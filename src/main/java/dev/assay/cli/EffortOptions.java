package dev.assay.cli;

import dev.assay.defense.Budget;
import picocli.CommandLine.Option;

/** How much an audit may cost, and what its random choices are. */
final class EffortOptions {
    @Option(names = "--budget", paramLabel = "NAME", description = "quick, standard or thorough. Default: standard.")
    private Budget budget = Budget.STANDARD;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random. Default: 7.")
    private long seed = 7;

    Budget budget() {
        return budget;
    }

    long seed() {
        return seed;
    }
}
