package dev.assay.audit;

import dev.assay.audit.AuditResult.Environment;
import dev.assay.runtime.Cpu;
import dev.assay.runtime.OrtRuntime;

/** Where an audit runs, as its result records it. */
public final class ThisMachine {
    private ThisMachine() {}

    /** The environment of sessions with that many threads. */
    public static Environment environment(int threads) {
        Cpu cpu = Cpu.current();
        String os = "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.arch"));
        return new Environment(
                OrtRuntime.version(), System.getProperty("java.version"), os, cpu.model(), cpu.features(), threads);
    }
}
