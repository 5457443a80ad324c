package dev.assay.cli;

import dev.assay.runtime.Optimization;
import dev.assay.runtime.Provider;
import dev.assay.runtime.SessionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How models are run: each provider with each optimization level. */
final class SessionOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--providers",
            paramLabel = "LIST",
            split = ",",
            defaultValue = "cpu",
            description = "Execution providers: cpu, cuda, tensorrt. Default: ${DEFAULT-VALUE}.")
    private Set<Provider> providers = new TreeSet<>();

    @Option(
            names = "--optimization",
            paramLabel = "LIST",
            split = ",",
            defaultValue = "all",
            description = "ONNX Runtime's optimization levels: none, basic, extended, all. Default: ${DEFAULT-VALUE}.")
    private Set<Optimization> optimizations = new TreeSet<>();

    @Option(
            names = "--threads",
            paramLabel = "LIST",
            split = ",",
            description = "Threads of a session; several make a deployment each. Default: one for each core.")
    private Set<Integer> threads = Set.of(Runtime.getRuntime().availableProcessors());

    /**
     * Every combination asked for, in the order of the enumerations.
     *
     * @throws ParameterException if there are to be fewer threads than one
     */
    List<SessionSpec> specs() {
        threads.stream().filter(count -> count < 1).findFirst().ifPresent(count -> {
            throw new ParameterException(
                    command.commandLine(), "Invalid value for option '--threads': expected at least 1, got " + count);
        });
        List<SessionSpec> specs = new ArrayList<>();
        for (Provider provider : providers) {
            for (Optimization level : optimizations) {
                for (int count : threads) {
                    specs.add(SessionSpec.cpu(count).on(provider).at(level));
                }
            }
        }
        return specs;
    }
}
