package dev.assay.cli;

import dev.assay.ProviderUnavailableException;
import dev.assay.inspect.Machine;
import dev.assay.inspect.Machine.ProviderState;
import dev.assay.runtime.Provider;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code assay doctor}. */
@Command(
        name = "doctor",
        description = "Shows what Assay can use on this machine: providers, native libraries, processor, versions.")
final class DoctorCommand implements Runnable {
    @Spec
    private CommandSpec command;

    @Option(
            names = "--providers",
            paramLabel = "LIST",
            split = ",",
            description = "Fail with exit code 4 unless all of these work: cpu, cuda, tensorrt.")
    private Set<Provider> required = new TreeSet<>();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /**
     * Prints what was found, whatever it is.
     *
     * @throws ProviderUnavailableException if a required provider does not work
     */
    @Override
    public void run() {
        Machine machine = Machine.current();
        String text = json ? Json.of(machine) : MachineSheet.of(machine);
        command.commandLine().getOut().println(text.stripTrailing());
        for (Provider provider : required) {
            ProviderState state = machine.state(provider);
            if (state.problem() != null) {
                throw new ProviderUnavailableException(state.problem());
            }
        }
    }
}
