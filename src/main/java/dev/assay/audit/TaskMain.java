package dev.assay.audit;

import dev.assay.AssayException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The main class of a {@link TaskProcess}: each line of standard input is the id of a task to run. */
public final class TaskMain {
    /** A line that says that a task's reply is written. */
    static final String ENDED = "task ended";

    private static final int BUG = 70;
    private static final int ORPHANED = 71;

    private TaskMain() {}

    /** Runs tasks until standard input ends; argument: the audit's folder. */
    public static void main(String[] args) {
        run(Tasks.KINDS, Path.of(args[0]));
    }

    static void run(Map<String, TaskKind<?, ?>> kinds, Path folder) {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> fail(thrown));
        BlockingQueue<String> ids = ids();
        InProcessRunner runner = new InProcessRunner(kinds);
        while (true) {
            String id = take(ids);
            TaskCall call = AuditJson.MAPPER.readValue(request(folder, id), TaskCall.class);
            TaskReply reply = runner.run(call, folder, progress -> System.out.println(progress.line()));
            WholeFile.write(reply(folder, id), AuditJson.MAPPER.writeValueAsString(reply));
            System.out.println("\n" + ENDED);
        }
    }

    static Path request(Path folder, String id) {
        return OutFolder.scratch(folder, id).resolve("request.json");
    }

    static Path reply(Path folder, String id) {
        return OutFolder.scratch(folder, id).resolve("reply.json");
    }

    /** Prints the cause last, where the parent looks for it. */
    private static void fail(Throwable thrown) {
        if (thrown instanceof AssayException known) {
            System.err.println(known.getMessage());
            System.exit(known.exitCode());
        }
        thrown.printStackTrace();
        System.err.println("bug in Assay: " + thrown);
        System.exit(BUG);
    }

    private static String take(BlockingQueue<String> ids) {
        try {
            return ids.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What standard input says, as it comes. The parent holds its other end, and the operating system closes it when the
     * parent dies, which ends this process in the middle of whatever it does.
     */
    private static BlockingQueue<String> ids() {
        BlockingQueue<String> ids = new LinkedBlockingQueue<>();
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                        lines.lines().forEach(line -> ids.add(AuditJson.MAPPER.readValue(line, String.class)));
                    } catch (IOException e) {
                        // As good as its end.
                    }
                    Runtime.getRuntime().halt(ORPHANED);
                },
                "parent-watch");
        reader.setDaemon(true);
        reader.start();
        return ids;
    }
}
