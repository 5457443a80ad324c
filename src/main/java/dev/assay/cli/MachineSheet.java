package dev.assay.cli;

import dev.assay.inspect.Machine;
import dev.assay.inspect.Machine.Folder;
import dev.assay.inspect.Machine.ProviderState;
import dev.assay.runtime.Cpu;
import java.util.Optional;

/** A {@link Machine} as text. */
final class MachineSheet {
    private static final int LABELS = 16;

    private MachineSheet() {}

    static String of(Machine machine) {
        Sheet sheet = new Sheet(LABELS)
                .heading("Versions")
                .row("Assay", machine.assay())
                .row("ONNX Runtime", machine.onnxruntime())
                .row("library", Optional.ofNullable(machine.library()).orElse(Cpu.UNKNOWN))
                .row("Java", machine.java())
                .heading("Machine")
                .row("system", machine.os())
                .row("processor", machine.cpu().model())
                .row("instructions", String.join(", ", machine.cpu().features()))
                .row("u8 × s8 kernels", saturation(machine.cpu()))
                .row("cores", Integer.toString(machine.cores()))
                .row("memory", Amounts.gibibytes(machine.memoryBytes()))
                .row("Java heap", "up to " + Amounts.gibibytes(machine.heapBytes()))
                .row("temporary files", temporaryFiles(machine.temporaryFolder()))
                .row(
                        "NVIDIA driver",
                        Optional.ofNullable(machine.nvidiaDriver()).orElse("none found"))
                .heading("Providers");
        machine.providers().forEach(provider -> sheet.row(provider.provider(), state(provider)));
        return sheet.toString();
    }

    private static String saturation(Cpu cpu) {
        return cpu.maySaturate()
                .map(may -> may ? "may saturate: no VNNI here" : "exact")
                .orElse(Cpu.UNKNOWN);
    }

    private static String temporaryFiles(Folder folder) {
        return folder.problem() == null
                ? "%s, %s free".formatted(folder.path(), Amounts.gibibytes(folder.freeBytes()))
                : "%s cannot be written to: %s".formatted(folder.path(), folder.problem());
    }

    private static String state(ProviderState provider) {
        return provider.problem() == null ? "works" : provider.problem();
    }
}
