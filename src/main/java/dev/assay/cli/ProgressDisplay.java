package dev.assay.cli;

import dev.assay.audit.AuditListener;
import dev.assay.audit.Progress;
import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how an audit goes: a bar for the running task on a terminal, a line for each finished task elsewhere. */
final class ProgressDisplay implements AuditListener, AutoCloseable {
    private static final int UPDATE_MILLIS = 200;
    private static final int WIDTH = 96;

    private final PrintWriter err;
    private final boolean terminal;
    private int planned;
    private int ended;
    private @Nullable ProgressBar bar;

    private ProgressDisplay(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    static ProgressDisplay on(PrintWriter err) {
        return new ProgressDisplay(err, isTerminal());
    }

    /** Whether a person watches standard error, as the launcher knows: then progress may rewrite its line. */
    static boolean isTerminal() {
        return Boolean.getBoolean("assay.terminal");
    }

    @Override
    public synchronized void planned(int tasks) {
        planned = tasks;
        ended = 0;
    }

    @Override
    public synchronized void started(String task) {
        if (terminal) {
            bar = new ProgressBarBuilder()
                    .setTaskName(label(task))
                    .setInitialMax(1)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new DelegatingProgressBarConsumer(line -> err.print("\r" + line), WIDTH))
                    .hideEta()
                    .build();
        }
    }

    private String label(String task) {
        return planned == 0 ? task : "[%d/%d] %s".formatted(ended + 1, planned, task);
    }

    @Override
    public synchronized void progressed(String task, Progress progress) {
        if (bar != null) {
            bar.maxHint(progress.total()).stepTo(progress.done()).setExtraMessage(progress.unit());
        }
    }

    @Override
    public synchronized void ended(String task, String how) {
        close();
        err.println("assay: " + label(task) + ": " + how);
        ended++;
    }

    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
            bar = null;
            err.print("\r" + " ".repeat(WIDTH) + "\r");
            err.flush();
        }
    }
}
