package dev.assay.audit;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads what a task prints: progress goes to its listener, the rest to a log of bounded size; the last lines are
 * remembered.
 */
final class ChildOutput {
    private static final int LAST_LINES = 8;
    private static final int LONGEST_LINE = 2_000;
    private static final int LONGEST_LOG = 1 << 20;

    private final Path log;
    private final Consumer<Progress> progress;
    private final Deque<String> last = new ArrayDeque<>();
    private int logged;

    /**
     * Output to be read.
     *
     * @param log replaced when there is something to log, and deleted otherwise
     */
    ChildOutput(Path log, Consumer<Progress> progress) {
        this.log = log;
        this.progress = progress;
    }

    /**
     * Reads to the end of the task.
     *
     * @return whether the task said that it ended; false where the output breaks off, as a killed process's does
     */
    boolean readTask(Reader output) {
        OutFolder.delete(log);
        try {
            StringBuilder line = new StringBuilder();
            for (int c = output.read(); c >= 0; c = output.read()) {
                if (c != '\n') {
                    line.append((char) c);
                }
                if (c == '\n' || line.length() >= LONGEST_LINE) {
                    String text = line.toString().stripTrailing();
                    if (text.equals(TaskMain.ENDED)) {
                        return true;
                    }
                    accept(text);
                    line.setLength(0);
                }
            }
            accept(line.toString().stripTrailing());
        } catch (IOException e) {
            remember("the output broke off: " + e.getMessage());
        }
        return false;
    }

    private void accept(String line) {
        Optional<Progress> step = Progress.parse(line);
        if (step.isPresent()) {
            progress.accept(step.get());
        } else if (!line.isBlank()) {
            remember(line);
            write(line);
        }
    }

    private synchronized void remember(String line) {
        if (last.size() == LAST_LINES) {
            last.remove();
        }
        last.add(line);
    }

    private void write(String line) {
        if (logged > LONGEST_LOG) {
            return;
        }
        logged += line.length() + 1;
        String text = logged > LONGEST_LOG ? "… the rest is cut off" : line;
        try {
            Files.writeString(log, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            // A child whose output nobody reads would hang; where nothing can be written the task's result will say so.
            logged = Integer.MAX_VALUE;
        }
    }

    /** The last lines so far that are not progress. */
    synchronized List<String> lastLines() {
        return List.copyOf(last);
    }
}
