package dev.assay.cli;

import dev.assay.train.Epoch;
import dev.assay.train.TrainingConfig;
import dev.assay.train.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how a training goes: a bar for the running epoch on a terminal, and a line for each epoch that is done. */
final class TrainingDisplay implements TrainingListener, AutoCloseable {
    private static final int UPDATE_MILLIS = 200;
    private static final int WIDTH = 110;

    private final PrintWriter err;
    private final boolean terminal;
    private final int batch;
    private int epochs;
    private long started;
    private @Nullable ProgressBar bar;

    TrainingDisplay(PrintWriter err, boolean terminal, TrainingConfig config, int images) {
        this.err = err;
        this.terminal = terminal;
        this.batch = Math.min(config.batch(), images);
    }

    @Override
    public void started(int all) {
        epochs = all;
    }

    @Override
    public void stepped(int epoch, int step, int steps, double loss, double accuracy) {
        if (!terminal) {
            return;
        }
        if (bar == null) {
            started = System.nanoTime();
            bar = new ProgressBarBuilder()
                    .setTaskName("epoch %d/%d".formatted(epoch + 1, epochs))
                    .setInitialMax(steps)
                    .setUpdateIntervalMillis(UPDATE_MILLIS)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new DelegatingProgressBarConsumer(line -> err.print("\r" + line), WIDTH))
                    .build();
        }
        double speed = (step - 1) * batch / ((System.nanoTime() - started) * 1e-9);
        bar.stepTo(step).setExtraMessage(figures(loss, accuracy, speed));
    }

    private static String figures(double loss, double accuracy, double imagesPerSecond) {
        return String.format(
                Locale.ROOT, "loss %.3f, accuracy %.1f %%, %.0f images/s", loss, 100 * accuracy, imagesPerSecond);
    }

    @Override
    public void epochEnded(Epoch epoch) {
        close();
        err.printf(
                "assay: epoch %d/%d: %s%n",
                epoch.number() + 1, epochs, figures(epoch.loss(), epoch.accuracy(), epoch.imagesPerSecond()));
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
            err.print("\r" + " ".repeat(WIDTH) + "\r");
            err.flush();
        }
    }
}
